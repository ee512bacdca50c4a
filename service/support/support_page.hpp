// The public page, kept in memory: it is served as it was last made, also while the database is away.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "core/result.hpp"
#include "support/support_figures.hpp"
#include "web/site.hpp"

namespace kindling {

class Session;

// Bytes that are the same for everybody until the next look.
struct Published {
  std::string body;
  std::string etag;
};

struct SupportEdition {
  SupportFigures figures;
  Published page;   // /support
  Published json;   // /support/progress.json
  Published svg;    // /support/progress.svg
};

// Any thread may read while one refreshes.
class SupportPage {
 public:
  // `takes_pledges`: visitors may promise a regular gift.
  explicit SupportPage(const Site& site, bool takes_pledges = false) : site_(site), takes_pledges_(takes_pledges) {}

  // Looks into the database and makes a new edition. Throws what the database throws; the old edition stays then.
  void refresh(Session& session);
  // nullptr before the first look.
  std::shared_ptr<const SupportEdition> edition() const;
  const Site& site() const { return site_; }
  bool takes_pledges() const { return takes_pledges_; }

 private:
  const Site& site_;
  bool takes_pledges_;
  mutable std::mutex mutex_;
  std::shared_ptr<const SupportEdition> edition_;
};

// How to give to a campaign (its reference; "" for none of them): bank details and a payment code, from memory. `amount`
// as typed, "" where the payer is to enter it. Errors: at "amount"; kNotFound "campaign_not_found" and "no_account".
Result<std::string> give_page(const Site& site, const SupportEdition& edition, std::string_view campaign,
                              std::string_view amount);

}  // namespace kindling
