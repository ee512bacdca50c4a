// Files are imported as a client does it: sent, checked, run, each followed to its end.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "support/spending_app.hpp"

namespace kindling {

class ImportApp : public SpendingApp {
 public:
  // The answer to the upload; the id is text_at(answer.json(), "id").
  Answer upload(const std::string& kind, const std::string& csv, const std::string& name = "export.csv");
  Answer import(const std::string& id);  // as it stands
  // Posts a verb at the current version.
  Answer verb(const std::string& id, const std::string& name, const std::string& body = "{}");
  // Asks until no job is open any more; the import's answer then.
  Value settled(const std::string& id);
  // Uploads and checks with the proposed settings and these changes: "options.state" -> "submitted".
  Value checked(const std::string& kind, const std::string& csv, const Pairs& settings = {});
  Value run(const std::string& id, const std::string& mode = "all_or_nothing");
  // "row:column:code" of each error, in order.
  std::vector<std::string> errors(const std::string& id);
};

}  // namespace kindling
