// A registry in memory with the referrers API, TLS and token authentication, for tests: what
// Debian's docker-registry has not. It keeps nothing and serves one user.
package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
)

var (
	listen = flag.String("listen", "127.0.0.1:0", "address and port")
	cert   = flag.String("cert", "", "certificate (PEM)")
	key    = flag.String("key", "", "its key (PEM)")
	user   = flag.String("user", "", "who may log in")
	secret = flag.String("password", "", "and with what")
)

// Bearer tokens that were given out; any of them opens everything.
type gate struct {
	mutex  sync.Mutex
	tokens map[string]bool
	realm  string
	next   http.Handler
}

func (g *gate) issue(w http.ResponseWriter, r *http.Request) {
	if name, password, ok := r.BasicAuth(); !ok || name != *user || password != *secret {
		http.Error(w, "wrong user or password", http.StatusUnauthorized)
		return
	}
	raw := make([]byte, 16)
	if _, err := rand.Read(raw); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	token := hex.EncodeToString(raw)
	g.mutex.Lock()
	g.tokens[token] = true
	g.mutex.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]any{"token": token, "expires_in": 300})
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/token" {
		g.issue(w, r)
		return
	}
	var token string
	_, _ = fmt.Sscanf(r.Header.Get("Authorization"), "Bearer %s", &token)
	g.mutex.Lock()
	known := g.tokens[token]
	g.mutex.Unlock()
	if !known {
		w.Header().Set("WWW-Authenticate", fmt.Sprintf("Bearer realm=%q,service=%q", g.realm, "e2e"))
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	g.next.ServeHTTP(w, r)
}

func main() {
	flag.Parse()
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		log.Fatal(err)
	}
	quiet := registry.Logger(log.New(io.Discard, "", 0))
	handler := &gate{
		tokens: map[string]bool{},
		realm:  "https://" + listener.Addr().String() + "/token",
		next:   registry.New(registry.WithReferrersSupport(true), quiet),
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.ServeTLS(listener, *cert, *key))
}
