#include "spending/fund_purpose.hpp"

#include <soci/soci.h>

#include "audit/audit.hpp"
#include "core/fields.hpp"
#include "storage/database.hpp"
#include "storage/soci_types.hpp"

namespace kindling {
namespace {

// All of them, or one fund's (id <> 0).
std::vector<FundPurposes> read_funds(soci::session& sql, long long only_id) {
  long long id = 0;
  std::string name;
  std::optional<std::string> need;
  soci::statement rows = (sql.prepare << R"(
    SELECT f.id, f.name, p.need
    FROM funds f
    LEFT JOIN fund_purposes p ON p.fund_id = f.id
    WHERE f.restriction = 'restricted'
      AND NOT EXISTS (SELECT 1 FROM grants g WHERE g.fund_id = f.id)
      AND (:only_id::bigint = 0 OR f.id = :only_id)
    ORDER BY lower(f.name), f.id, lower(p.need))",
                          soci::into(id), soci::into(name), soci::into(need), soci::use(only_id, "only_id"));
  rows.execute();
  std::vector<FundPurposes> funds;
  while (rows.fetch()) {
    if (funds.empty() || funds.back().fund_id != id) funds.push_back({id, name, {}});
    if (need) funds.back().needs.push_back(*need);
  }
  return funds;
}

Result<std::string> read_need(const Input& input) {
  Fields fields(input);
  return fields.finish(fields.text("need", {.max = 80}));
}

void audit(Transaction& transaction, const char* action, std::int64_t fund_id, const std::string& need) {
  record_audit(transaction, {.action = action, .object_kind = "fund", .object_id = fund_id, .fields = {"purposes"},
                             .reason = need});
}

}  // namespace

std::vector<FundPurposes> list_fund_purposes(Session& session) { return read_funds(session.sql(), 0); }

Result<FundPurposes> find_fund_purposes(Session& session, std::int64_t fund_id) {
  auto funds = fund_id == 0 ? std::vector<FundPurposes>{} : read_funds(session.sql(), fund_id);
  if (funds.empty()) return not_found("fund_not_found", "There is no such restricted fund.");
  return std::move(funds.front());
}

Outcome add_fund_purpose(Transaction& transaction, std::int64_t fund_id, const Input& input) {
  const auto fund = find_fund_purposes(transaction.session, fund_id);
  if (!fund) return fund.error();
  const auto need = read_need(input);
  if (!need) return need.error();
  long long id = fund_id, actor = transaction.actor.id;
  transaction.sql() << R"(
    INSERT INTO fund_purposes (fund_id, need, created_by)
    VALUES (:id, :need, NULLIF(:actor::bigint, 0)))",
      soci::use(id, "id"), soci::use(*need, "need"), soci::use(actor, "actor");
  audit(transaction, "fund.purpose_added", fund_id, *need);
  return kOk;
}

Outcome remove_fund_purpose(Transaction& transaction, std::int64_t fund_id, const Input& input) {
  const auto need = read_need(input);
  if (!need) return need.error();
  long long id = fund_id;
  soci::statement remove = (transaction.sql().prepare << R"(
    DELETE FROM fund_purposes
    WHERE fund_id = :id
      AND lower(need) = lower(:need::text))",
                            soci::use(id, "id"), soci::use(*need, "need"));
  remove.execute(true);
  if (remove.get_affected_rows() == 0) return not_found("no_such_purpose", "This fund has no such purpose.");
  audit(transaction, "fund.purpose_removed", fund_id, *need);
  return kOk;
}

Value fund_purposes_value(const FundPurposes& fund) {
  auto needs = Value::array();
  for (const auto& need : fund.needs) needs.push(need);
  return Value::object({{"fund_id", fund.fund_id}, {"name", fund.name}, {"needs", std::move(needs)}});
}

}  // namespace kindling
