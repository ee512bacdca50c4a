// Reports as pages and downloads.
#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;
class Programmes;

// /grants/{id}/reports and the workbooks below it, with their JSON twins' address under /api/v1.
void add_reporting_routes(http::Router& router, const Site& site);

// Of the file behind it.
void add_receipt_register_routes(http::Router& router, const Site& site);

// /grants/{id}/explanations: variances of a period that a coordinator explains to the funder. And its JSON twin.
void add_variance_explanation_routes(http::Router& router, const Site& site, const Programmes& programmes);

}  // namespace kindling
