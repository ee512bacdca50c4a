// What pages and endpoints read of the ledger.
#pragma once

#include <cstdint>
#include <string>

#include "core/result.hpp"
#include "core/value.hpp"


namespace kindling {

struct ListQuery;
class Session;

struct EntryList {
  Value::Array entries;     // {id, booked_on, kind, document_kind, document_id, description, position|null}
  std::string next_cursor;
};
// Newest first. Filters: fund, document_kind, document_id. One statement.
Result<EntryList> list_entries(Session& session, const ListQuery& query);
// With postings, seal and reversal; kNotFound "entry_not_found".
Result<Value> find_entry(Session& session, std::int64_t id);
// Every fund with its cash: {id, code, name, restriction, currency, cash}; one statement, a row a currency.
Value::Array list_funds(Session& session);

}  // namespace kindling
