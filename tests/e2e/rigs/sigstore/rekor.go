package main

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"net/http"
	"sync"
	"time"

	"github.com/cyberphone/json-canonicalization/go/src/webpki.org/jsoncanonicalizer"
	"github.com/go-openapi/runtime"
	"github.com/go-openapi/strfmt"
	"github.com/sigstore/rekor/pkg/generated/models"
	"github.com/sigstore/rekor/pkg/types"
	_ "github.com/sigstore/rekor/pkg/types/dsse/v0.0.1"
	_ "github.com/sigstore/rekor/pkg/types/hashedrekord/v0.0.1"
	_ "github.com/sigstore/rekor/pkg/types/intoto/v0.0.2"
	"github.com/sigstore/rekor/pkg/util"
	"github.com/sigstore/sigstore/pkg/signature"
)

const (
	rekorName = "rekor.double.example"
	rekorTree = 1193050959916656506
	// Entries of earlier shards: the index in the proof is then not the global one, as in production.
	rekorEarlier = 4163431
)

type rekorLog struct {
	mutex  sync.Mutex
	key    *ecdsa.PrivateKey
	id     string
	leaves [][]byte // their hashes
}

func newRekor(key *ecdsa.PrivateKey) *rekorLog {
	sum := sha256.Sum256(must(x509.MarshalPKIXPublicKey(key.Public())))
	return &rekorLog{key: key, id: hex.EncodeToString(sum[:])}
}

func hash(prefix byte, parts ...[]byte) []byte {
	sum := sha256.New()
	sum.Write([]byte{prefix})
	for _, part := range parts {
		sum.Write(part)
	}
	return sum.Sum(nil)
}

// RFC 6962 §2.1: the largest power of two below n, the root of leaves, and the path to one of them.
func split(n int) int {
	k := 1
	for k*2 < n {
		k *= 2
	}
	return k
}

func root(leaves [][]byte) []byte {
	if len(leaves) == 1 {
		return leaves[0]
	}
	k := split(len(leaves))
	return hash(1, root(leaves[:k]), root(leaves[k:]))
}

func path(index int, leaves [][]byte) [][]byte {
	if len(leaves) == 1 {
		return nil
	}
	if k := split(len(leaves)); index < k {
		return append(path(index, leaves[:k]), root(leaves[k:]))
	} else {
		return append(path(index-k, leaves[k:]), root(leaves[:k]))
	}
}

// What Rekor's own createLogEntry does, with a slice in place of Trillian.
func (l *rekorLog) add(w http.ResponseWriter, r *http.Request) {
	refuse := func(err error) { http.Error(w, err.Error(), http.StatusBadRequest) }
	proposed, err := models.UnmarshalProposedEntry(r.Body, runtime.JSONConsumer())
	if err != nil {
		refuse(err)
		return
	}
	entry, err := types.CreateVersionedEntry(proposed)
	if err != nil {
		refuse(err)
		return
	}
	body, err := types.CanonicalizeEntry(r.Context(), entry)
	if err != nil {
		refuse(err)
		return
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.leaves = append(l.leaves, hash(0, body))
	local, global, now := int64(len(l.leaves)-1), int64(len(l.leaves)-1+rekorEarlier), time.Now().Unix()
	made := models.LogEntryAnon{LogID: &l.id, LogIndex: &global, Body: body, IntegratedTime: &now}
	signer := must(signature.LoadECDSASignerVerifier(l.key, crypto.SHA256))
	promised := must(jsoncanonicalizer.Transform(must(made.MarshalBinary())))
	promise := must(signer.SignMessage(bytes.NewReader(promised)))
	size, top := int64(len(l.leaves)), root(l.leaves)
	checkpoint := string(must(util.CreateAndSignCheckpoint(context.Background(), rekorName, rekorTree, uint64(size), top, signer)))
	topText, hashes := hex.EncodeToString(top), []string{}
	for _, node := range path(int(local), l.leaves) {
		hashes = append(hashes, hex.EncodeToString(node))
	}
	made.Verification = &models.LogEntryAnonVerification{
		SignedEntryTimestamp: strfmt.Base64(promise),
		InclusionProof: &models.InclusionProof{Checkpoint: &checkpoint, Hashes: hashes, LogIndex: &local,
			RootHash: &topText, TreeSize: &size}}
	identifier := "108e9186e8c5677a" + hex.EncodeToString(l.leaves[local])
	w.Header().Set("Location", "/api/v1/log/entries/"+identifier)
	w.Header().Set("ETag", identifier)
	reply(w, http.StatusCreated, models.LogEntry{identifier: made})
}
