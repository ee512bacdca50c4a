// Writes rows x 12 cells of a donation register to a file, once through reports/sheet and once as a bare loop over the
// library with the same cells. Prints "seconds processor_seconds peak_kib" of this process: write_rows sheet|bare ROWS FILE.
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <xlsxwriter.h>

#include "reports/donation_register/donation_register.hpp"

namespace {

using namespace kindling;

const char* const kMethods[] = {"bank_transfer", "online", "card", "direct_debit"};
constexpr int kColumns = 12;

RegisteredGift gift_of(std::int64_t number) {
  static const auto kFirst = Date::of("2026-01-01");
  static const auto kEuro = Currency::of("EUR");
  const auto gross = 1'000 + number * 7'919 % 50'000;
  const auto day = kFirst.plus_days(static_cast<int>(number % 365));
  return {.number = number, .given_on = day, .arrived_on = day.plus_days(2), .method = kMethods[number % 4], .state = "cleared",
          .campaign = number % 3 == 0 ? "" : "Night shifts of the helpline", .given = {gross, kEuro}, .gross_minor = gross,
          .fee_minor = 35, .refunded_minor = number % 50 == 0 ? 100 : 0};
}

void write_sheet(std::int64_t rows, const std::string& path) {
  DonationRegister of{.platform = "Bench", .currency = Currency::of("EUR"),
                      .period = {Date::of("2026-01-01"), Date::of("2026-12-31")}, .ledger_hash = std::string(64, '0'),
                      .sealed_at_s = 1'790'000'000, .gifts = rows};
  write_donation_register(
      of,
      [&](const auto& each) {
        for (std::int64_t number = 1; number <= rows; ++number) each(gift_of(number));
      },
      {.path = path});
}

lxw_datetime datetime_of(Date date) {
  const auto ymd = date.ymd();
  lxw_datetime value{};
  value.year = static_cast<int>(ymd.year());
  value.month = static_cast<int>(static_cast<unsigned>(ymd.month()));
  value.day = static_cast<int>(static_cast<unsigned>(ymd.day()));
  return value;
}

// The fastest that the library alone does with these cells, nothing checked.
void write_bare(std::int64_t rows, const std::string& path) {
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  auto* workbook = workbook_new_opt(path.c_str(), &options);
  auto* amount = workbook_add_format(workbook);
  format_set_num_format(amount, "#,##0.00;[Red]-#,##0.00");
  auto* day = workbook_add_format(workbook);
  format_set_num_format(day, "yyyy-mm-dd");
  auto* text = workbook_add_format(workbook);
  format_set_font_size(text, 10);
  lxw_worksheet* sheet = nullptr;
  constexpr std::int64_t kSheet = 1'048'570;
  for (std::int64_t number = 1; number <= rows; ++number) {
    if ((number - 1) % kSheet == 0) sheet = workbook_add_worksheet(workbook, nullptr);
    const auto row = static_cast<lxw_row_t>((number - 1) % kSheet);
    const auto gift = gift_of(number);
    auto given = datetime_of(gift.given_on), arrived = datetime_of(gift.arrived_on);
    worksheet_write_number(sheet, row, 0, static_cast<double>(gift.number), text);
    worksheet_write_datetime(sheet, row, 1, &given, day);
    worksheet_write_datetime(sheet, row, 2, &arrived, day);
    worksheet_write_string(sheet, row, 3, gift.method.c_str(), text);
    worksheet_write_string(sheet, row, 4, gift.state.c_str(), text);
    if (gift.campaign.empty()) {
      worksheet_write_blank(sheet, row, 5, text);
    } else {
      worksheet_write_string(sheet, row, 5, gift.campaign.c_str(), text);
    }
    worksheet_write_string(sheet, row, 6, "EUR", text);
    worksheet_write_number(sheet, row, 7, static_cast<double>(gift.given.minor) / 100, amount);
    worksheet_write_number(sheet, row, 8, static_cast<double>(gift.gross_minor) / 100, amount);
    worksheet_write_number(sheet, row, 9, static_cast<double>(gift.fee_minor) / 100, amount);
    worksheet_write_number(sheet, row, 10, static_cast<double>(gift.refunded_minor) / 100, amount);
    worksheet_write_number(sheet, row, 11, static_cast<double>(gift.net_minor()) / 100, amount);
  }
  workbook_close(workbook);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "write_rows sheet|bare ROWS FILE (%d cells a row)\n", kColumns);
    return 2;
  }
  const auto rows = std::atoll(arguments[2]);
  const auto begin = std::chrono::steady_clock::now();
  if (std::strcmp(arguments[1], "sheet") == 0) {
    write_sheet(rows, arguments[3]);
  } else {
    write_bare(rows, arguments[3]);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds_of = [](const timeval& time) { return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6; };
  std::printf("%.3f %.3f %ld\n", took.count(), seconds_of(used.ru_utime) + seconds_of(used.ru_stime), used.ru_maxrss);
  return 0;
}
