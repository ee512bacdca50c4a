// All SQL of funding sources; those of grants are written with their grant.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "funding/source.hpp"

namespace kindling {

struct ListQuery;
struct Transaction;
class Session;

struct SourceList {
  std::vector<Source> sources;
  std::string next_cursor;
};
// Sort: id, newest first. Filter: kind. One statement.
SourceList list_sources(Session& session, const ListQuery& query);
// kNotFound "source_not_found".
Result<Source> find_source(Session& session, std::int64_t id);
std::vector<std::pair<std::int64_t, std::string>> list_givers(Session& session);

std::int64_t insert_source(Transaction& transaction, const NewSource& source);
// False where the version is no longer `expected`, or it is a grant's.
bool update_source(Transaction& transaction, std::int64_t id, int expected, const NewSource& source);

}  // namespace kindling
