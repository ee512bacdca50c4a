// A history of two budgets, written to a database and remembered as documents at the same time: what the figures are
// held against is added up from the documents alone, without SQL.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct pg_conn;

namespace kindling {

struct LineFigures {
  std::int64_t planned = 0;
  std::int64_t spent = 0;
  std::int64_t committed = 0;
  std::int64_t drafts = 0;
  std::int64_t available = 0;
  std::int64_t forecast = 0;
  bool operator==(const LineFigures&) const = default;
};
// Of both grants, by root; a root is of one. -1 and -2 are the totals of the grants, with indirect costs.
using FiguresByRoot = std::map<std::int64_t, LineFigures>;

// Days count from the first of 2026. A line of the first versions ends with that year where its root is odd; all others go
// on to the end of their grant.
inline constexpr int kLastDayOf2026 = 365, kLastDay = 730;
int last_day_of(std::int64_t root, int version);

// What happens next; the numbers choose among what there is, so that every step means something.
struct HistoryStep {
  enum class Kind { kVersion, kCommit, kRelease, kDraft, kEdit, kSubmit, kReturn, kWithdraw, kApprove, kReverse };
  Kind kind = Kind::kDraft;
  std::array<std::uint32_t, 6> choices{};
};

class BudgetHistory {
 public:
  // A database of the owner with users and two awarded grants of three lines each; made once, committed.
  explicit BudgetHistory(const std::string& url);
  ~BudgetHistory();

  void begin();                     // one transaction, given up by end()
  void end();
  void take(const HistoryStep& step);  // a step that a rule refuses leaves no trace in either
  void roll_up();                   // what the keeper does, so that the roll-up is read instead of the postings
  // Throws where a rule that is checked at commit does not hold.
  void check_rules();

  int steps() const { return static_cast<int>(marks_.size()); }  // taken, 0 is before all
  int refused() const { return refused_; }
  // day: of 2026, 0 is 31 December 2025; absent: infinity. step: how many are known; absent: all. What the service answers:
  // a line's figures by the database, what follows from them by the code that pages, endpoints and workbooks share.
  FiguresByRoot figures(std::optional<int> day, std::optional<int> step);
  FiguresByRoot naive_figures(std::optional<int> day, std::optional<int> step) const;

 private:
  struct Version {
    int grant;
    std::int64_t id;
    int number;
    int approved_at;  // step
    std::map<std::int64_t, std::int64_t> amounts;  // by root
    std::map<std::int64_t, std::string> categories;
  };
  struct Commitment {
    std::int64_t id, root, amount;
    int signed_on, made_at;
    std::optional<int> released_at;
  };
  struct Share {
    std::int64_t id, root, commitment, amount, reversed;
  };
  struct Reversal {
    int booked_on, at;
    std::vector<Share> shares;  // amount: what is taken back of each
  };
  // As a draft stood from a step on.
  struct Draft {
    int since, document_on;
    std::vector<Share> shares;
  };
  struct Cost {
    std::int64_t id;
    std::vector<Draft> drafts;
    std::string state;
    std::optional<int> approved_at, withdrawn_at;
    std::vector<Reversal> reversals;
  };
  struct Line {
    int grant;
    std::int64_t root;
  };

  bool run(const std::string& sql);  // false: a rule refused it, and nothing of it stays
  std::string text(const std::string& sql);
  int grant_of(std::int64_t root) const;
  const Version* version_at(int grant, std::optional<int> day, int step) const;
  void add_naive_totals(FiguresByRoot& figures, int grant, const Version& version, int day) const;
  std::string insert_shares(const Cost& cost, const std::vector<Share>& shares) const;
  std::vector<Share> choose_shares(const HistoryStep& step);
  std::vector<Cost*> costs_in(std::initializer_list<const char*> states);

  void make_version(const HistoryStep& step);
  void commit(const HistoryStep& step);
  void release(const HistoryStep& step);
  void draft(const HistoryStep& step);
  void edit(const HistoryStep& step);
  void move(const HistoryStep& step, const char* from, const char* to);
  void approve(const HistoryStep& step);
  void reverse(const HistoryStep& step);

  pg_conn* connection_;
  std::array<Version, 2> first_;
  std::int64_t first_id_ = 1'000;
  std::int64_t next_id_ = 0;
  std::vector<Line> lines_;
  std::vector<Version> versions_;
  std::vector<Commitment> commitments_;
  std::vector<Cost> costs_;
  std::vector<std::string> marks_;  // an instant after each step
  std::string begun_;
  int refused_ = 0;
  int today_ = 0;
};

}  // namespace kindling
