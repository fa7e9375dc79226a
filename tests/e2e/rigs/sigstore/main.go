// What a private Sigstore on loopback needs beside the real services, for tests: an OpenID provider that
// signs whatever claims it is asked to, a certificate transparency log, and a Rekor v1 log around
// Rekor's own entry code (the real one needs Trillian and a database). It keeps nothing.
package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"flag"
	"log"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func reply(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value)
}

func publicKey(w http.ResponseWriter, key crypto.PublicKey) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/x-pem-file")
	_ = pem.Encode(w, &pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

// An OpenID provider: every path below /oidc/ is an issuer of its own, all with one key.
type provider struct {
	base string
	key  *rsa.PrivateKey
}

func (p *provider) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	issuer, discovery := strings.CutSuffix(r.URL.Path, "/.well-known/openid-configuration")
	switch {
	case discovery:
		reply(w, 200, map[string]any{
			"issuer": p.base + issuer, "jwks_uri": p.base + "/oidc/keys",
			"authorization_endpoint": p.base + issuer + "/auth", "token_endpoint": p.base + issuer + "/token",
			"response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"public"},
			"id_token_signing_alg_values_supported": []string{"RS256"}})
	case r.URL.Path == "/oidc/keys":
		reply(w, 200, map[string]any{"keys": []any{map[string]string{
			"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "double",
			"n": base64.RawURLEncoding.EncodeToString(p.key.N.Bytes()),
			"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(p.key.E)).Bytes())}}})
	case r.URL.Path == "/oidc/sign" && r.Method == http.MethodPost:
		p.sign(w, r)
	default:
		http.NotFound(w, r)
	}
}

// The claims of the body, as a token.
func (p *provider) sign(w http.ResponseWriter, r *http.Request) {
	var claims map[string]any
	if err := json.NewDecoder(r.Body).Decode(&claims); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body := must(json.Marshal(claims))
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"RS256","typ":"JWT","kid":"double"}`)) + "." +
		base64.RawURLEncoding.EncodeToString(body)
	sum := sha256.Sum256([]byte(text))
	signature := must(rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:]))
	_, _ = w.Write([]byte(text + "." + base64.RawURLEncoding.EncodeToString(signature)))
}

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "address and port")
	flag.Parse()
	listener := must(net.Listen("tcp", *listen))
	newKey := func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) }
	transparency, rekor := newKey(), newRekor(newKey())
	mux := http.NewServeMux()
	mux.Handle("/oidc/", &provider{"http://" + listener.Addr().String(), must(rsa.GenerateKey(rand.Reader, 2048))})
	mux.HandleFunc("POST /ct/v1/add-pre-chain", func(w http.ResponseWriter, r *http.Request) {
		addPreChain(w, r, transparency)
	})
	mux.HandleFunc("GET /ct/key", func(w http.ResponseWriter, _ *http.Request) { publicKey(w, transparency.Public()) })
	mux.HandleFunc("POST /api/v1/log/entries", rekor.add)
	mux.HandleFunc("GET /api/v1/log/publicKey", func(w http.ResponseWriter, _ *http.Request) {
		publicKey(w, rekor.key.Public())
	})
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	log.Fatal(server.Serve(listener))
}
