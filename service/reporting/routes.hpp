// Reports as pages and downloads.
#pragma once

#include <string>

namespace kindling {

namespace http {
class Router;
}
class ReportSigner;
struct Site;
class Programmes;

// Reports, their runs, links to them, verification, and a funder's own pages. `site` and `signer` outlive the router;
// config/letters lies below `root`.
void add_reporting_routes(http::Router& router, const Site& site, const ReportSigner& signer, const std::string& root);

// Of the files behind them.
void add_receipt_register_routes(http::Router& router, const Site& site);
void add_report_run_routes(http::Router& router, const Site& site, const ReportSigner& signer, const std::string& root);
void add_report_run_api_routes(http::Router& router, const Site& site, const ReportSigner& signer);
void add_report_share_routes(http::Router& router, const Site& site);
void add_verify_routes(http::Router& router, const Site& site, const ReportSigner& signer);
void add_funder_routes(http::Router& router, const Site& site);

// /grants/{id}/explanations: variances of a period that a coordinator explains to the funder. And its JSON twin.
void add_variance_explanation_routes(http::Router& router, const Site& site, const Programmes& programmes);

}  // namespace kindling
