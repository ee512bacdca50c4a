#include "reporting/cover_letter.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "http/html.hpp"

namespace kindling {
namespace {

// A name of a file, whatever the database says: no folder, nothing hidden.
bool is_plain(const std::string& name) {
  return !name.empty() && name.front() != '.' && name.find('/') == name.npos;
}

std::optional<std::string> find_template(const std::string& root, const CoverLetterFacts& facts) {
  for (const auto& name : {"funder-" + std::to_string(facts.funder_id), facts.programme, std::string("default")}) {
    if (!is_plain(name)) continue;
    for (const auto& path : {name + "." + facts.language, name}) {
      auto whole = root + "/config/letters/" + path + ".mustache";
      if (std::filesystem::exists(whole)) return whole;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string cover_letter(const std::string& root, const CoverLetterFacts& facts) {
  const auto path = find_template(root, facts);
  if (!path) return {};
  std::ifstream file(*path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  try {
    auto letter = http::render_text(text, Value::object({{"platform", facts.platform},
                                                         {"funder", facts.funder},
                                                         {"grant", facts.grant},
                                                         {"reference", facts.reference},
                                                         {"programme", facts.programme},
                                                         {"report", facts.report},
                                                         {"from", facts.period ? to_display(facts.period->first) : ""},
                                                         {"to", facts.period ? to_display(facts.period->last) : ""},
                                                         {"position", facts.position},
                                                         {"language", facts.language}}));
    letter.erase(letter.find_last_not_of(" \n\r\t") + 1);
    return letter;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(*path + ": " + error.what());
  }
}

}  // namespace kindling
