#include "policies/feed_data.h"

#include <algorithm>

#include "core/file.h"
#include "core/json.h"
#include "core/limits.h"
#include "core/time.h"
#include "crypto/hash.h"
#include "policies/authority.h"
#include "sbom/feeds.h"

namespace portreeve::policies {
namespace {

std::string number_text(double number) {
  std::string out = std::to_string(number);  // Six digits, as FIRST publishes them at most.
  while (out.size() > 1 && out.back() == '0') out.pop_back();
  if (out.back() == '.') out.pop_back();
  return out;
}

Result<std::string> read_feed_file(const Source& source, const Value& spec, std::string_view what) {
  PORTREEVE_TRY(Fields fields, Fields::open(source, spec, std::string(what)));
  PORTREEVE_TRY(const std::string name, fields.need_text("file"));
  PORTREEVE_CHECK(fields.finish());
  Result<std::string> text = read_file(path_beside(source.file, name), limits::kSbomBytes);
  // A feed that is not there decides nothing: the set that needs it is not loaded.
  if (!text.ok()) return source.error(spec["file"], text.error().message);
  return text;
}

void describe(FeedData& out, std::string_view text, const std::optional<TimePoint>& made) {
  crypto::Sha256Stream hash;
  hash.update(text);
  out.about.entries[std::string(kFeedDigest)] = Digest(hash.finish()).text();
  if (made) out.about.entries[std::string(kFeedMade)] = format_date(*made);
}

}  // namespace

std::string feed_table(std::string_view name) { return std::string(name) + "/feed"; }

Result<FeedData> read_epss_data(const Source& source, const Value& spec) {
  PORTREEVE_TRY(const std::string text, read_feed_file(source, spec, "epss"));
  const Result<sbom::EpssFeed> feed = sbom::EpssFeed::parse(text);
  if (!feed.ok()) return source.error(spec["file"], feed.error().message);
  FeedData out;
  for (const auto& [cve, score] : feed.value().by_cve) {
    out.scores.entries.emplace_hint(out.scores.entries.end(), cve,
                                    number_text(score.score) + " " + number_text(score.percentile));
  }
  describe(out, text, feed.value().made);
  return out;
}

Result<FeedData> read_kev_data(const Source& source, const Value& spec) {
  PORTREEVE_TRY(const std::string text, read_feed_file(source, spec, "kev"));
  const Result<DocumentPtr> document = json::parse(text, json::review_limits(), nullptr);
  if (!document.ok()) return source.error(spec["file"], document.error().message);
  const Result<sbom::KevFeed> feed = sbom::KevFeed::read(document.value()->root());
  if (!feed.ok()) return source.error(spec["file"], feed.error().message);
  FeedData out;
  for (const auto& [cve, entry] : feed.value().by_cve) {
    out.exploited.entries.insert(cve);
    out.exploited.in_order.push_back(cve);
  }
  describe(out, text, feed.value().made);
  return out;
}

}  // namespace portreeve::policies
