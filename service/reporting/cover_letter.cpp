#include "reporting/cover_letter.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "http/html.hpp"
#include "reports/sheet/words.hpp"

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

// In the letter's language: names of months are English, so others read the day as the sheets write it.
std::string day_in(std::string_view language, Date day) { return language == "en" ? to_display(day) : to_string(day); }

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
                                                         {"report", sheet::Words::of(facts.language)(facts.report)},
                                                         {"from", facts.period ? day_in(facts.language, facts.period->first) : ""},
                                                         {"to", facts.period ? day_in(facts.language, facts.period->last) : ""},
                                                         {"position", facts.position},
                                                         {"language", facts.language}}));
    letter.erase(letter.find_last_not_of(" \n\r\t") + 1);
    return letter;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(*path + ": " + error.what());
  }
}

}  // namespace kindling
