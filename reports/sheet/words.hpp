// The words of workbooks in the reader's language. A writer says them in English, `words("Approved budget")`; the other
// languages are data: config/languages/CODE/*.toml, compiled in. A text that has no translation stays English, and a
// test tells which ones are missing.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace kindling::sheet {

struct Dictionary;

class Words {
 public:
  Words() = default;  // English
  // "en", "cs", "nl"; nullopt for a language that nobody wrote.
  static std::optional<Words> find(std::string_view language);
  static Words of(std::string_view language);  // the same, English for an unknown one

  // A code of the database, such as "in_kind", that has no translation is said with spaces.
  std::string operator()(std::string_view english) const;
  // With places for values, which every translation has too: words.format("{} of {}", 1, 2).
  template <typename... Values>
  std::string format(std::string_view english, const Values&... values) const {
    return fmt::vformat((*this)(english), fmt::make_format_args(values...));
  }
  bool has(std::string_view english) const;  // always true in English

 private:
  explicit Words(const Dictionary* dictionary) : dictionary_(dictionary) {}
  const Dictionary* dictionary_ = nullptr;  // null: English
};

// Marks a text of a list that is said later, so that the test finds it: {word("planned"), ...}.
constexpr const char* word(const char* english) { return english; }

struct Language {
  std::string code;  // "cs"
  std::string name;  // "Čeština": as its speakers call it
};
// English first, then by code. Throws std::runtime_error, with file and key, where the data is wrong, such as a
// translation without the places {} of its text.
const std::vector<Language>& languages();
// Texts that two files of a language translate in two ways; the first one is said. A test holds that there is none.
const std::vector<std::string>& contradictions();

}  // namespace kindling::sheet
