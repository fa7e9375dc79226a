#include "core/subject.h"

namespace portreeve {

std::string_view to_string(Door door) noexcept {
  switch (door) {
    case Door::admission: return "admission";
    case Door::guard: return "guard";
    case Door::audit: return "audit";
  }
  return "admission";
}

std::string_view to_string(Operation operation) noexcept {
  switch (operation) {
    case Operation::create: return "CREATE";
    case Operation::update: return "UPDATE";
    case Operation::remove: return "DELETE";
    case Operation::connect: return "CONNECT";
  }
  return "CREATE";
}

}  // namespace portreeve
