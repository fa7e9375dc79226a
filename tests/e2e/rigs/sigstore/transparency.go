package main

import (
	"crypto/ecdsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/json"
	"net/http"
	"time"

	ct "github.com/google/certificate-transparency-go"
	"github.com/google/certificate-transparency-go/tls"
)

// RFC 6962 §4.2, without keeping what is added: the promise is all that signers ask for.
func addPreChain(w http.ResponseWriter, r *http.Request, key *ecdsa.PrivateKey) {
	var request ct.AddChainRequest
	if err := json.NewDecoder(r.Body).Decode(&request); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	chain := make([]ct.ASN1Cert, 0, len(request.Chain))
	for _, der := range request.Chain {
		chain = append(chain, ct.ASN1Cert{Data: der})
	}
	now := uint64(time.Now().UnixMilli())
	leaf, err := ct.MerkleTreeLeafFromRawChain(chain, ct.PrecertLogEntryType, now)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	spki := must(x509.MarshalPKIXPublicKey(key.Public()))
	id := sha256.Sum256(spki)
	sct := ct.SignedCertificateTimestamp{SCTVersion: ct.V1, LogID: ct.LogID{KeyID: id}, Timestamp: now}
	signed := must(ct.SerializeSCTSignatureInput(sct, ct.LogEntry{Leaf: *leaf}))
	signature := must(tls.CreateSignature(*key, tls.SHA256, signed))
	reply(w, 200, ct.AddChainResponse{SCTVersion: ct.V1, ID: id[:], Timestamp: now,
		Signature: must(tls.Marshal(signature))})
}
