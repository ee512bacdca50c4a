// Who stands on the other side of a bank line, and what was written: kept sealed, apart from the money, so that it can go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kindling {

class DonorVault;

struct LineParty {
  std::string name;
  std::string iban;
  std::string message;
  bool empty() const { return name.empty() && iban.empty() && message.empty(); }
};

// Bound to its line: moved to another one it does not open. Only with an open vault.
std::string seal_party(const DonorVault& vault, const LineParty& party, std::int64_t line_id);
// An empty one where nothing is kept, it was altered, or the vault is closed.
LineParty open_party(const DonorVault& vault, std::string_view sealed, std::int64_t line_id);
// By which lines of one payer are found; "" without an IBAN, or where the vault is closed.
std::string iban_hash(const DonorVault& vault, std::string_view iban);

}  // namespace kindling
