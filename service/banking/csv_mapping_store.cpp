#include "banking/csv_mapping_store.hpp"

#include <soci/soci.h>

#include "storage/database.hpp"

namespace kindling {

Input find_csv_mapping(Session& session, std::int64_t account_id) {
  long long account = account_id;
  std::string name, value;
  soci::statement rows = (session.sql().prepare << R"(
    SELECT name, value
    FROM bank_csv_mappings
    WHERE bank_account_id = :account
    ORDER BY name)",
                          soci::into(name), soci::into(value), soci::use(account, "account"));
  rows.execute();
  Input mapping;
  while (rows.fetch()) mapping.add(name, value);
  return mapping;
}

void replace_csv_mapping(Transaction& transaction, std::int64_t account_id, const Input& mapping) {
  long long account = account_id;
  transaction.sql() << "DELETE FROM bank_csv_mappings WHERE bank_account_id = :account", soci::use(account, "account");
  std::string name, value;
  soci::statement insert = (transaction.sql().prepare << R"(
    INSERT INTO bank_csv_mappings (bank_account_id, name, value)
    VALUES (:account, :name, :value))",
                            soci::use(account, "account"), soci::use(name, "name"), soci::use(value, "value"));
  for (const auto& field : mapping.fields()) {
    name = field.path;
    value = field.text;
    insert.execute(true);
  }
}

}  // namespace kindling
