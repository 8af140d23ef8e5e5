// Fields of JSON that an older or newer version may have written: read if they are what is expected.
//
// Threads: thread-safe.
#ifndef UNDERSTUDY_RECORD_JSON_FIELD_H_
#define UNDERSTUDY_RECORD_JSON_FIELD_H_

#include <nlohmann/json.hpp>
#include <string>
#include <type_traits>

namespace understudy::record {

// object[key]; `otherwise` if it is missing or of another type.
template <class T>
T FieldOr(const nlohmann::ordered_json& object, const char* key, T otherwise) {
  const auto found = object.find(key);
  if (found == object.end()) return otherwise;
  if constexpr (std::is_same_v<T, std::string>) {
    return found->is_string() ? found->template get<T>() : otherwise;
  } else {
    return found->is_number() ? found->template get<T>() : otherwise;
  }
}

}  // namespace understudy::record

#endif  // UNDERSTUDY_RECORD_JSON_FIELD_H_
