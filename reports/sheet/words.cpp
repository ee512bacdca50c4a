#include "reports/sheet/words.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>

#include <toml++/toml.h>

namespace kindling::sheet {

struct Dictionary {
  std::map<std::string, std::string, std::less<>> translations;
};

namespace {

struct LanguageFile {
  std::string_view language;
  std::string_view name;
  std::string_view text;
};

// {"cs", "frame.toml", R"words(...)words"}, one a file of config/languages.
constexpr LanguageFile kFiles[] = {
#include "language_table.inc"
};

constexpr std::string_view kOwnName = "English";  // each language translates it with its own name

std::size_t places_of(std::string_view text) {
  std::size_t places = 0;
  for (auto at = text.find("{}"); at != std::string_view::npos; at = text.find("{}", at + 2)) ++places;
  return places;
}

void read_file(const LanguageFile& file, Dictionary& dictionary, std::vector<std::string>& contradictions) {
  const auto fail = [&](std::string_view key, const char* what) {
    throw std::runtime_error(std::string(file.language) + "/" + std::string(file.name) + ": " + std::string(key) + ": " +
                             what);
  };
  for (const auto& [key, value] : toml::parse(file.text)) {
    const auto text = value.value_exact<std::string>();
    if (!text || text->empty()) fail(key.str(), "a text in quotation marks is expected");
    if (places_of(key.str()) != places_of(*text)) fail(key.str(), "the translation needs the same places {}");
    const auto [known, added] = dictionary.translations.emplace(key.str(), *text);
    if (!added && known->second != *text) {
      contradictions.push_back(std::string(file.language) + ": " + known->first + " = " + known->second + " or " + *text);
    }
  }
}

struct Library {
  std::map<std::string, Dictionary, std::less<>> dictionaries;
  std::vector<std::string> contradictions;
};

const Library& library() {
  static const auto read = [] {
    Library all;
    for (const auto& file : kFiles) read_file(file, all.dictionaries[std::string(file.language)], all.contradictions);
    return all;
  }();
  return read;
}

const std::map<std::string, Dictionary, std::less<>>& dictionaries() { return library().dictionaries; }

}  // namespace

std::optional<Words> Words::find(std::string_view language) {
  if (language == "en") return Words();
  const auto found = dictionaries().find(language);
  if (found == dictionaries().end()) return std::nullopt;
  return Words(&found->second);
}

Words Words::of(std::string_view language) { return find(language).value_or(Words()); }

bool Words::has(std::string_view english) const {
  return dictionary_ == nullptr || dictionary_->translations.contains(english);
}

std::string Words::operator()(std::string_view english) const {
  if (dictionary_ != nullptr) {
    const auto found = dictionary_->translations.find(english);
    if (found != dictionary_->translations.end()) return found->second;
  }
  std::string said(english);
  std::ranges::replace(said, '_', ' ');
  return said;
}

const std::vector<std::string>& contradictions() { return library().contradictions; }

const std::vector<Language>& languages() {
  static const auto all = [] {
    std::vector<Language> list{{"en", std::string(kOwnName)}};
    for (const auto& [code, dictionary] : dictionaries()) {
      const auto name = dictionary.translations.find(kOwnName);
      if (name == dictionary.translations.end()) {
        throw std::runtime_error(code + ": the translation of \"English\" says how the language calls itself");
      }
      list.push_back({code, name->second});
    }
    return list;
  }();
  return all;
}

}  // namespace kindling::sheet
