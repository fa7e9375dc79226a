#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace portreeve {

/// One word or phrase that should not be used, and where it may be.
struct Term {
  std::string term;                  ///< "tenant", "nova cloud"; compared folded.
  std::string use;                   ///< What to write instead.
  /// Phrases that contain it legitimately ("stalwart-tenant"). What stands before the first word or
  /// after the last, without a space between, must stand there in the text too ("templates/").
  std::vector<std::string> allowed;
  bool plural = true;                ///< Also match with a trailing "s".
};

struct TermMatch {
  std::uint32_t begin = 0;  ///< Bytes of the text that was searched.
  std::uint32_t end = 0;
  std::uint32_t term = 0;   ///< Index into the list.
  bool disguised = false;   ///< Only found after folding look-alikes or removing invisible characters.
};

/// Finds terms as whole words in text of any script, seeing through look-alikes (Unicode UTS #39
/// skeletons, NFKC, full case folding), accents, zero-width and other invisible characters.
///
/// A token matches a term if any of NFKC-fold, skeleton∘fold, fold∘skeleton (accents stripped, ε→e)
/// is equal, *and* the token holds a character outside a–z (after lower-casing ASCII), or a digit;
/// a plain ASCII word never matches by skeleton alone, only by equality. Digits before or after a
/// token's letters make no other word of it: "tenant2" is "tenant". Tokens are split at anything that
/// is not a letter, mark or digit, at '_' and '-', and at camelCase boundaries.
/// Immutable and safe from many threads; linear in the text.
class TermList {
 public:
  /// Errors: misconfigured (empty term, term with no letters, repeated term, a phrase without words
  /// or that is the term itself). Within LatePatterns these are found by the first search.
  static Result<TermList> build(std::vector<Term> terms);
  /// All matches that no allowed phrase covers, in order of appearance; at most `most`.
  std::vector<TermMatch> find(std::string_view text, std::size_t most = 16) const;
  /// Where the first word at `at` or later begins that looks like the beginning of a term, which says
  /// little; text.size(): find() finds nothing from there on. Words end at ASCII that is neither letter
  /// nor digit; REQUIRES: `at` is in no word.
  std::size_t next_suspect(std::string_view text, std::size_t at) const;
  /// False: find() finds nothing.
  bool may_occur_in(std::string_view text) const {
    return next_suspect(text, 0) != text.size();
  }
  /// What find() must find, word by word and slowly: for tests.
  std::vector<TermMatch> find_thoroughly(std::string_view text, std::size_t most = 16) const;
  const std::vector<Term>& terms() const noexcept;

 private:
  struct Index;
  struct Compiled;
  explicit TermList(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

/// One forbidden host.
struct ForbiddenHost {
  /// "openova.io": it and everything below it. Before the last two labels "*" stands for any one
  /// label ("admin.*.omani.works"); instead of the last labels a placeholder may stand as texts
  /// write it ("admin.{{.SovereignFQDN}}", "admin.${DOMAIN}").
  std::string host;
  std::string use;
  /// Hosts below it that are fine. Exact: "harbor.openova.io" allows neither "x.harbor.openova.io"
  /// nor a look-alike of it.
  std::vector<std::string> allowed;
  /// Prefixes of label keys and API groups at or below it, exact: in prose they are no hosts before a
  /// '/'. Empty: whatever stands before a '/' is none.
  std::vector<std::string> groups = {};
};

/// Finds the host names in a text and compares whole labels from the right: "openova.io" is matched
/// by "x.openova.io", not by "notopenova.io" or "openova.io.example". Not hosts: API groups before
/// a '/version' ("apps.openova.io/v1"), label and annotation keys ("openova.io/env"), e-mail
/// addresses ("a@openova.io"). IDNA look-alikes and trailing dots are folded first.
class HostList {
 public:
  static Result<HostList> build(std::vector<ForbiddenHost> hosts);
  /// `text` is one host, a URL, a "host:port" or a host template ("{{.AppName}}.openova.io"): the
  /// whole text is taken as naming a host.
  std::vector<TermMatch> find_in_host_field(std::string_view text) const;
  /// Prose: only what stands there as a host or URL.
  std::vector<TermMatch> find_in_text(std::string_view text, std::size_t most = 16) const;
  /// Where at `at` or later a dot stands that a listed host may have before its last label, or a byte
  /// outside ASCII; text.size(): find_in_text() finds nothing from there on.
  std::size_t next_suspect(std::string_view text, std::size_t at) const noexcept;
  /// False: find_in_text() finds nothing.
  bool may_occur_in(std::string_view text) const noexcept {
    return next_suspect(text, 0) != text.size();
  }
  /// What find_in_text() must find, with nothing passed over: for tests.
  std::vector<TermMatch> find_in_text_thoroughly(std::string_view text, std::size_t most = 16) const;
  const std::vector<ForbiddenHost>& hosts() const noexcept;

 private:
  struct Index;
  explicit HostList(std::shared_ptr<const Index> index) : index_(std::move(index)) {}
  std::shared_ptr<const Index> index_;
};

}  // namespace portreeve
