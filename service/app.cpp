#include "app.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <thread>
#include <typeinfo>

#include "banking/bank_line_store.hpp"
#include "banking/routes.hpp"
#include "budgets/routes.hpp"
#include "core/date.hpp"
#include "donations/donation_import.hpp"
#include "donations/donor_vault.hpp"
#include "donations/routes.hpp"
#include "funding/programme.hpp"
#include "funding/routes.hpp"
#include "http/cors.hpp"
#include "http/html.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "identity/gate.hpp"
#include "importing/import_work.hpp"
#include "importing/routes.hpp"
#include "insight/routes.hpp"
#include "jobs/job_runner.hpp"
#include "ledger/keeper.hpp"
#include "ledger/ledger.hpp"
#include "ledger/routes.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "publishing/open_data_shelf.hpp"
#include "publishing/routes.hpp"
#include "reporting/report_schedule.hpp"
#include "reporting/report_signature.hpp"
#include "reporting/report_work.hpp"
#include "reporting/routes.hpp"
#include "spending/routes.hpp"
#include "spending/expenditure_import.hpp"
#include "storage/database.hpp"
#include "storage/migrate.hpp"
#include "support/routes.hpp"
#include "support/support_page.hpp"
#include "web/account/routes.hpp"
#include "web/act.hpp"
#include "web/act_store.hpp"
#include "web/openapi.hpp"
#include "web/page.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

DatabaseConfig database_config(const Config& config) {
  return {.url = config.database.url,
          .role = "kindling_service",
          .sessions = config.database.sessions,
          .lease_timeout_ms = config.database.lease_timeout_ms,
          .connect_timeout_s = 2,
          .statement_timeout_ms = config.database.statement_timeout_ms};
}

// Jobs have sessions of their own, one a slot and one that watches, and statements that may take minutes.
DatabaseConfig jobs_database_config(const Config& config) {
  auto made = database_config(config);
  made.sessions = config.jobs.slots + 1;
  made.statement_timeout_ms = 10 * 60 * 1'000;
  return made;
}

SiteConfig site_config(const Config& config) {
  return {.platform_name = config.platform.name,
          .logo_text = config.platform.logo_text,
          .currency = config.platform.currency,
          .time_zone = config.platform.time_zone,
          .static_folder = config.root + "/service/web/static",
          .secure_cookies = config.security.secure_cookies};
}

OpenDataPublisher publisher_of(const Config& config) {
  const auto& open_data = config.open_data;
  return {.prefix = open_data.prefix,
          .name = open_data.publisher.empty() ? config.platform.name : open_data.publisher,
          .identifier = open_data.publisher_identifier,
          .website = open_data.website,
          .licence = open_data.licence};
}

// The name of the exception's type is all that a log may have of it: its text may hold values.
void log_exception(std::exception_ptr exception) {
  try {
    std::rethrow_exception(exception);
  } catch (const std::exception& error) {
    log_event(LogLevel::kError, "unexpected_exception", {{"type", typeid(error).name()}});
  } catch (...) {
    log_event(LogLevel::kError, "unexpected_exception", {{"type", "unknown"}});
  }
}

}  // namespace

struct App::Impl {
  explicit Impl(const Config& the_config)
      : config(the_config),
        programmes(Programmes::load(config.root + "/config/programmes")),
        templates({config.root + "/service"}),
        database(database_config(config)),
        jobs_database(jobs_database_config(config)),
        jobs(jobs_database, {.slots = config.jobs.slots}),
        site{database, templates, site_config(config)},
        donor_vault(DonorVault::of_settings(config.donor.key, config.donor.key_file)),
        report_signer(ReportSigner::of_settings(config.reports.signing_key, config.reports.signing_key_file)),
        schedule(report_schedule(config.reports.monthly, config.reports.monthly_day, config.reports.due_days)) {}

  Config config;
  Programmes programmes;
  http::Templates templates;
  Database database;
  Database jobs_database;
  ImportKinds import_kinds;
  JobRunner jobs;
  Site site;
  DonorVault donor_vault;
  ReportSigner report_signer;
  ReportSchedule schedule;
  SupportPage support{site, config.support.pledges && donor_vault.is_open()};
  OpenDataShelf open_data{publisher_of(config)};
  Metrics metrics;
  http::Router router;
  std::unique_ptr<http::Server> server;
  std::atomic<bool> ready{false};

  std::mutex mutex;
  std::condition_variable wake;
  bool stopping = false;
  std::thread keeper;
  std::uint64_t support_acts = 0;  // what the public page has seen; the keeper's alone, as its time
  std::chrono::steady_clock::time_point support_made;
  std::chrono::steady_clock::time_point schedule_due{};  // the keeper's alone

  void add_jobs();
  void add_routes();
  void add_health_routes();
  void keep();
  void refresh_support(Session& session);
  void look_at_schedule();
};

void App::Impl::add_jobs() {
  import_kinds.add(expenditure_import_kind());
  import_kinds.add(donation_import_kind(donor_vault, Currency::of(config.platform.currency)));
  add_import_job(jobs, import_kinds, config.platform.time_zone);
  add_report_job(jobs, report_signer,
                 {.platform = config.platform.name, .currency = config.platform.currency,
                  .time_zone = config.platform.time_zone, .root = config.root},
                 config.reports.timeout_minutes);
  jobs.on_exception(log_exception);
}

void App::Impl::add_routes() {
  load_static_files(site.config.static_folder);
  add_static_routes(router);
  add_health_routes();
  add_account_routes(router, site);
  add_ledger_routes(router, site);
  add_import_routes(router, site, import_kinds);
  add_funding_routes(router, site, programmes);
  add_budget_routes(router, site);
  add_spending_routes(router, site, programmes);
  add_donation_room_routes(router, site, donor_vault, {{"bank_lines", [this](Session& session, std::int64_t donor) {
                                                          return bank_lines_of_donor(session, donor_vault, donor);
                                                        }}});
  add_banking_routes(router, site, donor_vault);
  add_insight_routes(router, site);
  add_support_routes(router, support);
  add_pledge_offer_routes(router, support, donor_vault);
  add_publishing_routes(router, site, open_data);
  add_reporting_routes(router, site, report_signer, config.root);
  add_variance_explanation_routes(router, site, programmes);
  add_openapi_route(router, site);
  router.set_cors(http::parse_origins(config.http.cors_origins));
  install_gate(router, database, {.secure_cookies = config.security.secure_cookies, .generation = acts_done});
  router.set_error_page(
      [this](const Error& error, const http::Request& request) { return error_page(site, error, request); });
  router.set_exception_mapper([](std::exception_ptr exception) {
    auto error = error_of(exception);
    if (!error) log_exception(exception);
    return error;
  });
  router.set_access_log([this](const http::Request& request, const http::Route* route, int status,
                               std::int64_t duration_us) {
    const std::string_view pattern = route == nullptr ? "none" : std::string_view(route->pattern);
    metrics.count_request(to_string(request.method), pattern, status, duration_us);
    log_event(LogLevel::kInfo, "request",
              {{"request_id", request.request_id},
               {"method", std::string(to_string(request.method))},
               {"route", std::string(pattern)},
               {"status", std::to_string(status)},
               {"duration_us", std::to_string(duration_us)},
               {"actor", std::to_string(request.actor.id)}});
  });
}

// Alive: the process answers. Ready: it may be sent requests. Neither needs a sign-in; both say nothing else.
void App::Impl::add_health_routes() {
  const auto add = [this](const char* pattern, http::Handler handler) {
    router.add({.method = http::Method::kGet,
                .pattern = pattern,
                .action = Action::kPublic,
                .handler = std::move(handler)});
  };
  add("/healthz", [](const http::Request&) { return http::text("alive\n"); });
  add("/readyz", [this](const http::Request& request) {
    if (!ready) {
      return http::problem({ErrorKind::kUnavailable, "stopping", "This instance is starting or stopping.", {}}, request);
    }
    reading(database, [](Session& session) { return ledger_position(session); });
    return http::text("ready\n");
  });
  add("/metrics", [this](const http::Request&) {
    auto response = http::text(metrics.text(server->figures()));
    response.headers.clear();
    response.with("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    return response;
  });
}

// Seals and rolls up in the background, on a session of its own; an outage is waited for.
void App::Impl::keep() {
  std::unique_ptr<Session> session;
  int runs = 0;
  std::unique_lock lock(mutex);
  while (!stopping) {
    lock.unlock();
    try {
      if (!session) session = database.connect();
      const auto report = keep_ledger(*session);
      if (report.had_the_lock) metrics.set_ledger_position(report.position);
      refresh_support(*session);
      look_at_schedule();
      if (++runs % 7'200 == 1) forget_old_keys(database);
    } catch (...) {
      if (!error_of(std::current_exception())) log_exception(std::current_exception());
      session.reset();
    }
    lock.lock();
    wake.wait_for(lock, std::chrono::milliseconds(config.keeper.interval_ms), [this] { return stopping; });
  }
}

// Once a minute: what the schedule asks for comes within that after midnight, whichever instance is first.
void App::Impl::look_at_schedule() {
  constexpr auto kPause = std::chrono::seconds(60);
  const auto now = std::chrono::steady_clock::now();
  if (!report_signer.is_open() || now < schedule_due) return;
  schedule_due = now + kPause;
  schedule_reports(jobs_database, schedule, today(config.platform.time_zone));
}

// What is public follows what is recorded here at once, and by other instances within a minute.
void App::Impl::refresh_support(Session& session) {
  constexpr auto kAgeMax = std::chrono::seconds(60);
  const auto acts = acts_done();
  const auto now = std::chrono::steady_clock::now();
  if (support.edition() && acts == support_acts && now - support_made < kAgeMax) return;
  support.refresh(session);
  open_data.refresh(session);
  support_acts = acts;
  support_made = now;
}

App::App(const Config& config) : impl_(std::make_unique<Impl>(config)) {
  const auto migrations = read_migrations(config.root + "/migrations");
  if (const auto same = check_schema(config.database.url, migrations); !same) {
    throw std::runtime_error(same.error().message);
  }
  impl_->add_jobs();
  impl_->add_routes();
}

App::~App() { stop(); }

void App::start() {
  impl_->server = std::make_unique<http::Server>(
      http::ServerConfig{.address = impl_->config.http.address,
                         .port = static_cast<std::uint16_t>(impl_->config.http.port),
                         .workers = impl_->config.http.workers,
                         .connections_max = impl_->config.http.connections_max},
      impl_->router);
  impl_->server->start();
  impl_->jobs.start();
  impl_->keeper = std::thread([this] { impl_->keep(); });
  impl_->ready = true;
  log_event(LogLevel::kInfo, "serving", {{"port", std::to_string(port())}});
}

void App::stop() {
  impl_->ready = false;
  if (impl_->server) impl_->server->stop();
  impl_->jobs.stop();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->wake.notify_all();
  if (impl_->keeper.joinable()) impl_->keeper.join();
}

std::uint16_t App::port() const { return impl_->server->port(); }
const http::Router& App::router() const { return impl_->router; }
Database& App::database() { return impl_->database; }

}  // namespace kindling
