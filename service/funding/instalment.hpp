// Instalments: expected money of a grant, and what was received of it. Types and rules, without I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/input.hpp"
#include "core/money.hpp"
#include "core/result.hpp"
#include "core/value.hpp"

namespace kindling {

struct Grant;

struct Receipt {
  std::int64_t id = 0;
  Date received_on;
  Money amount;
  std::string reference;
  std::int64_t entry_id = 0;
  bool reversed = false;
};

struct Instalment {
  std::int64_t id = 0;
  int version = 0;
  std::int64_t grant_id = 0;
  std::string kind;   // prefinancing, interim, balance, other
  std::string title;
  Date due_on;
  Money amount;       // what is expected to arrive: already less what is retained
  Money retained;
  std::string state;  // planned, requested, received, cancelled
  std::optional<Date> requested_on;
  std::string closed_reason;
  std::vector<Receipt> receipts;  // oldest first, reversed ones too

  Money received() const;         // without the reversed ones
  Money outstanding() const;      // negative: overpaid; zero once received or cancelled
};

struct NewInstalment {
  std::string kind;
  std::string title;
  Date due_on;
  Money amount;
  Money retained;
};
// Fields: kind, title, due_on, amount, retained.
Result<NewInstalment> parse_instalment(const Input& input, Currency currency);

struct NewReceipt {
  Date received_on;
  Money amount;
  std::string reference;        // the bank's
  std::string settled_reason;   // given: the instalment is closed although less came
};
// Fields: received_on (not after `today`), amount, reference, settled_reason, version.
Result<NewReceipt> parse_receipt(const Input& input, const Instalment& instalment, Date today);

Value instalment_value(const Instalment& instalment);  // schema "Instalment"

}  // namespace kindling
