#include "report_commands.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <thread>

#include <CLI/CLI.hpp>

#include "config.hpp"
#include "core/input.hpp"
#include "reporting/made_report_store.hpp"
#include "reporting/make_report.hpp"
#include "reporting/record_report_run.hpp"
#include "reporting/remake_report.hpp"
#include "reporting/report_catalogue.hpp"
#include "reporting/report_run_store.hpp"
#include "reporting/report_signature.hpp"
#include "storage/database.hpp"

namespace kindling {
namespace {

constexpr std::size_t kChunk = 256 * 1024;

DatabaseConfig operator_database(const Config& config) {
  return {.url = config.database.url, .role = "kindling_service", .sessions = 2, .lease_timeout_ms = 5'000,
          .connect_timeout_s = 5, .statement_timeout_ms = 600'000};
}

ReportSettings settings_of(const Config& config) {
  return {.platform = config.platform.name, .currency = config.platform.currency, .time_zone = config.platform.time_zone,
          .root = config.root};
}

// Whoever has the settings may have every report.
Actor command_line() {
  Actor actor;
  actor.id = -1;
  actor.roles = static_cast<Roles>(Role::kCoordinator) | static_cast<Roles>(Role::kViewer);
  return actor;
}

int fail(const Error& error) {
  std::cerr << error.message << '\n';
  for (const auto& field : error.fields) std::cerr << "  " << field.field << ": " << field.message << '\n';
  return 1;
}

int fail(const std::string& message) {
  std::cerr << message << '\n';
  return 1;
}

struct Wanted {
  std::string key;
  std::vector<std::string> values;  // "grant=12"
  std::string out;
  bool wait = false;
  std::int64_t run_id = 0;
};

Result<ReportRequest> request_of(const Wanted& wanted) {
  Input input(true);
  input.set("report", wanted.key);
  for (const auto& value : wanted.values) {
    const auto equals = std::min(value.find('='), value.size());
    input.set(value.substr(0, equals), value.substr(std::min(equals + 1, value.size())));
  }
  return parse_report_request(input, command_line());
}

int write_file(const SpooledFile& file, const std::string& path) {
  std::ofstream stream(path, std::ios::binary);
  for (std::int64_t at = 0; at < file.bytes(); at += static_cast<std::int64_t>(kChunk)) stream << file.read(at, kChunk);
  if (!stream.flush()) return fail(path + " cannot be written.");
  std::cout << path << '\n';
  return 0;
}

int list_kinds() {
  static constexpr const char* kTypes[] = {"grant=ID", "from=DAY to=DAY", "=DAY", "year=YEAR", "language=CODE", "=CHOICE"};
  for (const auto& kind : report_catalogue()) {
    std::cout << kind.key << '\t' << kind.title;
    for (const auto& parameter : kind.parameters) std::cout << '\t' << parameter.name << kTypes[static_cast<int>(parameter.type)];
    std::cout << '\n';
  }
  return 0;
}

// At once, unsigned and stored nowhere.
int make_now(const Config& config, const Wanted& wanted) {
  const auto request = request_of(wanted);
  if (!request) return fail(request.error());
  Database database(operator_database(config));
  auto file = make_report(database, *request->kind, request->parameters, settings_of(config));
  if (!file) return fail(file.error());
  return write_file(spooled(*file), wanted.out.empty() ? file->name : wanted.out);
}

int get_run(const Config& config, const Wanted& wanted) {
  Database database(operator_database(config));
  return reading(database, [&](Session& session) {
    const auto run = find_report_run(session, wanted.run_id);
    if (!run) return fail(run.error());
    if (!run->made()) return fail("Report no. " + std::to_string(run->id) + " is not made yet.");
    return write_file(read_report_file(session, run->id), wanted.out.empty() ? run->file_name : wanted.out);
  });
}

// 0: to the byte what is kept, 1: something differs.
int remake_run(const Config& config, const Wanted& wanted) {
  Database database(operator_database(config));
  const auto remade = remake_report(database, wanted.run_id, settings_of(config));
  if (!remade) return fail(remade.error());
  std::cout << (remade->same() ? "The same" : "Not the same") << ", at ledger position " << remade->position << ": kept "
            << remade->kept_sha256 << ", made again " << remade->remade_sha256 << '\n';
  return remade->same() ? 0 : 1;
}

// Into the queue; whichever instance serves makes it.
int request_run(const Config& config, const Wanted& wanted) {
  const auto request = request_of(wanted);
  if (!request) return fail(request.error());
  Database database(operator_database(config));
  const auto signer = ReportSigner::of_settings(config.reports.signing_key, config.reports.signing_key_file);
  const Actor nobody;
  const auto id = in_transaction(database, nobody, "command line", {}, [&](Transaction& transaction) {
    return request_report(transaction, signer, *request);
  });
  if (!id) return fail(id.error());
  std::cout << *id << '\n';
  if (!wanted.wait) return 0;
  while (true) {
    const auto run = reading(database, [&](Session& session) { return find_report_run(session, *id); });
    if (!run) return fail(run.error());
    if (run->made()) break;
    if (!run->working()) return fail(run->job && !run->job->error_message.empty() ? run->job->error_message : "It was cancelled.");
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
  auto made = wanted;
  made.run_id = *id;
  return get_run(config, made);
}

struct Verification {
  std::string file, key, signature;
};

std::optional<std::string> content_of(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string{std::istreambuf_iterator<char>(stream), {}};
}

// 0 genuine, 1 not genuine, 2 it could not be verified.
int verify(const Verification& wanted) {
  const auto content = content_of(wanted.file);
  const auto key_text = content_of(wanted.key);
  const auto key = parse_public_key(key_text ? *key_text : wanted.key);
  const auto beside = wanted.signature.empty() ? std::optional<std::string>("") : content_of(wanted.signature);
  if (!content || !beside) {
    fail((content ? wanted.signature : wanted.file) + " cannot be read.");
    return 2;
  }
  if (!key) {
    fail("--key: a public key is expected, as a PEM file, 64 hexadecimal digits or base64. The service has it at /verify/key.");
    return 2;
  }
  const auto checked = check_file(ByteSource(*content), *beside, *key);
  if (checked.check == SealCheck::kUnsigned) {
    return fail("Not genuine: the file carries no signature. Where it came with a .sig file, give that with --signature.");
  }
  if (checked.check == SealCheck::kAltered) {
    return fail("Not genuine: the file was altered, or another key signed it.");
  }
  std::cout << "Genuine: " << checked.statement->kind << ", report " << checked.statement->identifier << ", ledger position "
            << checked.statement->position << '\n';
  return 0;
}

}  // namespace

void add_report_commands(CLI::App& cli, const CommandRunner& runner) {
  auto* report = cli.add_subcommand("report", "Reports: list, make, request, get, remake, verify")->require_subcommand(1);
  const auto wanted = std::make_shared<Wanted>();
  const auto verification = std::make_shared<Verification>();
  report->add_subcommand("list", "The catalogue, with what each report asks for")->callback(runner.offline(list_kinds));
  const auto with_report = [&](const char* name, const char* help) {
    auto* command = report->add_subcommand(name, help);
    command->add_option("report", wanted->key, "A key of the catalogue, such as funder-report")->required();
    command->add_option("values", wanted->values, "What it asks for: grant=12 from=2026-01-01 to=2026-12-31");
    command->add_option("--out", wanted->out, "Where to write it; the report's own name here by default");
    return command;
  };
  with_report("make", "Make one at once; it is neither signed nor kept")
      ->callback(runner.with_config([wanted](const Config& config) { return make_now(config, *wanted); }));
  auto* request = with_report("request", "Have one made, signed and kept by the service; prints its number");
  request->add_flag("--wait", wanted->wait, "Wait until it is made, and write it");
  request->callback(runner.with_config([wanted](const Config& config) { return request_run(config, *wanted); }));
  auto* get = report->add_subcommand("get", "Write a report that is kept");
  get->add_option("run", wanted->run_id, "Its number")->required();
  get->add_option("--out", wanted->out, "Where to write it; the report's own name here by default");
  get->callback(runner.with_config([wanted](const Config& config) { return get_run(config, *wanted); }));
  auto* again = report->add_subcommand("remake", "Make a kept report again, at its position, and compare; exit 1 where it differs");
  again->add_option("run", wanted->run_id, "Its number")->required();
  again->callback(runner.with_config([wanted](const Config& config) { return remake_run(config, *wanted); }));
  auto* check = report->add_subcommand("verify", "Say offline whether a file is genuine; exit 1 where it is not");
  check->add_option("file", verification->file)->required();
  check->add_option("--key", verification->key, "The public key: a PEM file, 64 hexadecimal digits or base64")->required();
  check->add_option("--signature", verification->signature, "The .sig file, for what carries no signature itself");
  check->callback(runner.offline([verification] { return verify(*verification); }));
}

}  // namespace kindling
