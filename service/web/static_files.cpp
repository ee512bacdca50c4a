#include "web/static_files.hpp"

#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

#include "core/hash.hpp"
#include "http/response.hpp"
#include "http/router.hpp"

namespace kindling {
namespace {

struct Source {
  const char* key;   // in templates: {{assets.theme}}
  const char* name;  // in the address
  const char* path;  // relative: in our own folder
  const char* type;
};

constexpr const char* kCss = "text/css; charset=utf-8";
constexpr const char* kJs = "text/javascript; charset=utf-8";
constexpr Source kSources[] = {
    {"bootstrap_css", "bootstrap.css", "/usr/share/javascript/bootstrap5/css/bootstrap.min.css", kCss},
    {"bootstrap_js", "bootstrap.js", "/usr/share/javascript/bootstrap5/js/bootstrap.bundle.min.js", kJs},
    {"theme", "theme.css", "theme.css", kCss},
    {"kindling_js", "kindling.js", "kindling.js", kJs},
    {"theme_js", "theme.js", "theme.js", kJs},
    {"budget_grid_js", "budget_grid.js", "budget_grid.js", kJs},
    {"spending_js", "spending.js", "spending.js", kJs},
    {"chart_js", "chart.js", "/usr/share/javascript/chart.js/Chart.min.js", kJs},
    {"budget_charts_js", "budget_charts.js", "budget_charts.js", kJs},
    {"insight_charts_js", "insight_charts.js", "insight_charts.js", kJs},
    {"import_progress_js", "import_progress.js", "import_progress.js", kJs},
    {"spark", "spark.svg", "spark.svg", "image/svg+xml"},
};

struct File {
  std::string bytes;
  std::string type;
  std::string etag;
  std::string hash;
};

std::map<std::string, File, std::less<>>& files() {
  static std::map<std::string, File, std::less<>> loaded;
  return loaded;
}

http::Response serve(const http::Request& request) {
  const auto found = files().find(request.path_param("name"));
  if (found == files().end()) return http::text("There is no such file.\n", 404);
  const auto& file = found->second;
  // An address with an old hash still gets today's file, but is not kept.
  const bool current = request.path_param("hash") == file.hash;
  const char* caching = current ? "public, max-age=31536000, immutable" : "no-cache";
  http::Response response;
  if (http::etag_matches(request, file.etag)) {
    response = http::not_modified(file.etag);
  } else {
    response.body = file.bytes;
    response.with("Content-Type", file.type).with("ETag", file.etag);
  }
  response.with("Cache-Control", caching);
  return response;
}

}  // namespace

void load_static_files(const std::string& folder) {
  if (!files().empty()) return;
  for (const auto& source : kSources) {
    const std::string path = source.path[0] == '/' ? source.path : folder + "/" + source.path;
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream bytes;
    bytes << stream.rdbuf();
    if (!stream) throw std::runtime_error("the static file " + path + " cannot be read");
    File file{bytes.str(), source.type, {}, {}};
    file.hash = sha256_hex(file.bytes).substr(0, 16);
    file.etag = '"' + file.hash + '"';
    files().emplace(source.name, std::move(file));
  }
}

Value static_addresses() {
  Value addresses;
  for (const auto& source : kSources) {
    const auto found = files().find(source.name);
    if (found != files().end()) {
      addresses.set(source.key, "/static/" + found->second.hash + "/" + source.name);
    }
  }
  return addresses;
}

void add_static_routes(http::Router& router) {
  router.add({.method = http::Method::kGet,
              .pattern = "/static/{hash}/{name}",
              .action = Action::kPublic,
              .handler = serve});
  router.add({.method = http::Method::kGet,
              .pattern = "/favicon.ico",
              .action = Action::kPublic,
              .handler = [](const http::Request&) {
                const auto& spark = files().at("spark.svg");
                http::Response response;
                response.body = spark.bytes;
                response.with("Content-Type", spark.type).with("Cache-Control", "public, max-age=86400");
                return response;
              }});
}

}  // namespace kindling
