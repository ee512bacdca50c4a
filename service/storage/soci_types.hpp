// What stores need of SOCI beside soci.h: optional columns. Included by stores and queries only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <soci/soci.h>

#include "core/date.hpp"

namespace soci {

// std::optional in into() and use(); SOCI 4.0 knows only Boost's.
template <typename T>
struct type_conversion<std::optional<T>> {
  using base_type = typename type_conversion<T>::base_type;

  static void from_base(const base_type& base, indicator ind, std::optional<T>& value) {
    if (ind == i_null) {
      value.reset();
      return;
    }
    T converted;
    type_conversion<T>::from_base(base, ind, converted);
    value = std::move(converted);
  }

  static void to_base(const std::optional<T>& value, base_type& base, indicator& ind) {
    if (!value) {
      ind = i_null;
      return;
    }
    type_conversion<T>::to_base(*value, base, ind);
    ind = i_ok;
  }
};

}  // namespace soci
