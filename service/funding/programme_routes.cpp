#include "funding/programme.hpp"
#include "funding/routes.hpp"
#include "http/router.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

Value programme_value(const Programme& programme) {
  auto categories = Value::array();
  for (const auto& category : programme.categories) {
    categories.push(Value::object(
        {{"code", category.code}, {"name", category.name}, {"in_indirect_base", category.in_indirect_base},
         {"needs_amendment", category.needs_amendment}}));
  }
  return Value::object({{"code", programme.code},
                        {"name", programme.name},
                        {"funder_kind", programme.funder_kind},
                        {"funding_rate", to_string(programme.funding_rate)},
                        {"indirect_rate", to_string(programme.indirect_rate)},
                        {"transfer_threshold", to_string(programme.transfer_threshold)},
                        {"report_due_days", programme.report_due_days},
                        {"report_months", programme.report_months},
                        {"exchange_policy", to_string(programme.exchange_policy)},
                        {"retention_years", programme.retention_years},
                        {"lump_sum", programme.lump_sum},
                        {"layout", programme.layout},
                        {"categories", std::move(categories)}});
}

}  // namespace

void add_programme_routes(http::Router& router, const Site& site, const Programmes& programmes) {
  Value::Array rows;
  for (const auto& programme : programmes.all()) rows.push_back(programme_value(programme));
  router.add_schema("Programme", object_schema({"code", "name", "funder_kind", "funding_rate", "indirect_rate",
                                                "transfer_threshold", "layout", "exchange_policy", "report_due_days:integer",
                                                "report_months:integer", "retention_years:integer", "lump_sum:boolean",
                                                "categories:array"}));
  router.add({.method = http::Method::kGet, .pattern = "/programmes", .action = Action::kReadFunding,
              .handler = [&site, rows](const http::Request& request) {
                Value data;
                data.set("programmes", rows);
                return page(site, request, {.title = "Programmes", .name = "programmes", .data = std::move(data)});
              }});
  http::ApiDoc doc{.summary = "Programmes: rates, categories, deadlines", .tag = "programmes", .response_schema = "Programme",
                   .list = true};
  router.add({.method = http::Method::kGet, .pattern = "/api/v1/programmes", .action = Action::kReadFunding,
              .handler = [rows](const http::Request& request) {
                static const std::vector<Column> kColumns = {
                    {.name = "code", .label = ""}, {.name = "name", .label = ""}, {.name = "funding_rate", .label = ""},
                    {.name = "indirect_rate", .label = ""}, {.name = "layout", .label = ""}};
                return list_answer(request, kColumns, rows, "");
              },
              .doc = std::move(doc)});
}

}  // namespace kindling
