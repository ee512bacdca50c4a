// What every route stands on: the store, the templates and the platform's own settings.
#pragma once

#include <string>

namespace kindling {

class Database;
namespace http {
class Templates;
}

struct SiteConfig {
  std::string platform_name = "Sparks in the Dark";
  std::string logo_text = "Kindling";
  std::string currency = "EUR";            // the platform's own
  std::string time_zone = "Europe/Brussels";  // accounting dates
  std::string static_folder;               // theme.css, kindling.js
  bool secure_cookies = false;             // behind TLS: __Host- cookies, HSTS
};

// Lives as long as the server; shared by all workers, read only.
struct Site {
  Database& database;
  const http::Templates& templates;
  SiteConfig config;
};

}  // namespace kindling
