// How the CSV files of each account are written, as it was said once.
#pragma once

#include <cstdint>

#include "core/input.hpp"

namespace kindling {

struct Transaction;
class Session;

// As parse_csv_mapping made it; empty where none is saved.
Input find_csv_mapping(Session& session, std::int64_t account_id);
void replace_csv_mapping(Transaction& transaction, std::int64_t account_id, const Input& mapping);

}  // namespace kindling
