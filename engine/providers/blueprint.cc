#include "engine/providers/blueprint.h"

#include "core/json.h"
#include "crypto/hash.h"
#include "policies/blueprint_set.h"

namespace portreeve::engine {

void BlueprintProvider::step(StepRequest request, Reply reply) const {
  const WorldPtr world = worlds_->find_blueprints(request.key.scope);
  if (world == nullptr) return reply(Absent{replaced_meanwhile()});
  const std::string_view text = request.key.artifact;
  const std::size_t at = text.find('@');
  const std::string_view version =
      at == std::string_view::npos ? std::string_view() : text.substr(at + 1);
  Result<policies::BlueprintFact> found =
      world->policies->trust().blueprints().find(text.substr(0, at), version);
  if (!found.ok()) return reply(Absent{found.error()});
  std::string canonical;
  json::append_canonical(canonical, found.value().object);
  Fact fact;
  fact.digest = Digest(crypto::sha256(canonical));
  fact.provenance = found.value().where;
  fact.weight = 1024;  // The set holds the document anyway.
  fact.value = std::make_shared<const std::any>(std::move(found).value());
  reply(std::move(fact));
}

}  // namespace portreeve::engine
