// What can be done to an expenditure from outside: the same verbs for pages and API.
#pragma once

#include <span>

#include "core/actor.hpp"
#include "core/result.hpp"

namespace kindling {

namespace http {
struct Request;
}
class Input;
struct ExpenditureAct;
struct Transaction;

struct ExpenditureVerb {
  const char* name;       // the last segment of its address: "submit"
  const char* done;       // the notice after it
  Action action;
  bool has_input;         // fields besides the version
  const char* summary;    // for the API's document
  Outcome (*run)(Transaction&, const ExpenditureAct&, const Input&);
};
std::span<const ExpenditureVerb> expenditure_verbs();

}  // namespace kindling
