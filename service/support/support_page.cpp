#include "support/support_page.hpp"

#include <algorithm>

#include "core/check_digits.hpp"
#include "core/fields.hpp"
#include "core/hash.hpp"
#include "http/html.hpp"
#include "http/json.hpp"
#include "http/uri.hpp"
#include "storage/database.hpp"
#include "support/payment_code.hpp"
#include "support/qr_code.hpp"
#include "support/support_store.hpp"
#include "web/static_files.hpp"

namespace kindling {
namespace {

constexpr const char* kUsualAmounts[] = {"10", "25", "50", "100"};

Published published(std::string body) {
  auto etag = content_etag(body);
  return {std::move(body), std::move(etag)};
}

// What head and foot of the page need; no user, no token: the bytes are the same for everybody.
Value frame_data(const Site& site, std::string title) {
  Value data;
  data.set("title", std::move(title));
  data.set("platform_name", site.config.platform_name);
  data.set("logo_text", site.config.logo_text);
  data.set("assets", static_addresses());
  return data;
}

Value amount_links(const std::string& campaign) {
  auto links = Value::array();
  for (const auto* amount : kUsualAmounts) {
    links.push(Value::object({{"href", "/support/give?campaign=" + http::percent_encoded(campaign) + "&amount=" + amount},
                              {"amount", amount}}));
  }
  return links;
}

Value campaign_rows(const SupportFigures& figures) {
  auto rows = Value::array();
  for (const auto& campaign : figures.campaigns) {
    rows.push(Value::object({{"name", campaign.name},
                             {"text", campaign.text},
                             {"campaign", campaign.reference},
                             {"goal", campaign.goal ? to_display(*campaign.goal) : ""},
                             {"raised", campaign.raised ? to_display(*campaign.raised) : ""},
                             {"can_pay", figures.account.has_value()},
                             {"amounts", amount_links(campaign.reference)}}));
  }
  return rows;
}

void add_account(Value& data, const PublicAccount& account) {
  data.set("holder", account.holder);
  data.set("iban", in_groups_of_four(account.iban));
  data.set("bic", account.bic.value_or(""));
}

std::string support_html(const Site& site, const SupportFigures& figures, bool takes_pledges) {
  auto data = frame_data(site, "Support " + site.config.platform_name);
  data.set("year", std::to_string(static_cast<int>(figures.day.ymd().year())));
  data.set("as_of", to_display(figures.day));
  data.set("has_figures", figures.needed.has_value());
  if (figures.needed) {
    data.set("needed", to_display(*figures.needed));
    data.set("secured", to_display(figures.secured_sum()));
    data.set("missing", to_display(figures.missing()));
    data.set("percent", std::to_string(figures.secured_percent()));
    auto sources = Value::array();
    for (const auto& source : figures.secured) {
      sources.push(Value::object({{"kind", label_of_source(source.kind)}, {"amount", to_display(source.amount)}}));
    }
    data.set("has_sources", !figures.secured.empty());
    data.set("sources", std::move(sources));
    data.set("secured_means", kSecuredMeans);
  }
  data.set("takes_pledges", takes_pledges);
  data.set("has_campaigns", !figures.campaigns.empty());
  data.set("campaigns", campaign_rows(figures));
  data.set("has_account", figures.account.has_value());
  data.set("general_amounts", amount_links(""));
  if (figures.account) add_account(data, *figures.account);
  return site.templates.render("support", data);
}

}  // namespace

void SupportPage::refresh(Session& session) {
  const auto& config = site_.config;
  auto figures = load_support(session, today(config.time_zone), Currency::of(config.currency));
  auto page = published(support_html(site_, figures, takes_pledges_));
  auto json = published(http::to_json(support_value(figures, config.platform_name)));
  auto svg = published(progress_svg(figures, config.platform_name));
  auto made = std::make_shared<const SupportEdition>(
      SupportEdition{std::move(figures), std::move(page), std::move(json), std::move(svg)});
  const std::lock_guard lock(mutex_);
  edition_ = std::move(made);
}

std::shared_ptr<const SupportEdition> SupportPage::edition() const {
  const std::lock_guard lock(mutex_);
  return edition_;
}

Result<std::string> give_page(const Site& site, const SupportEdition& edition, std::string_view campaign,
                              std::string_view amount) {
  const auto& figures = edition.figures;
  if (!figures.account) return not_found("no_account", "Bank details are not published yet.");
  const auto chosen = std::ranges::find(figures.campaigns, campaign, &PublicCampaign::reference);
  if (!campaign.empty() && chosen == figures.campaigns.end()) {
    return not_found("campaign_not_found", "There is no such campaign any more; choose one of the page.");
  }
  PaymentRequest request{.holder = figures.account->holder, .iban = figures.account->iban, .bic = figures.account->bic,
                         .amount = {}, .reference = std::string(campaign)};
  if (!trimmed(amount).empty()) {
    const auto money = parse_money(trimmed(amount), figures.account->currency);
    if (!money) return invalid_field("amount", "not_an_amount", "Enter an amount such as 25.00.");
    request.amount = *money;
  }
  // The code's standard (EPC069-12) knows euros alone; to another account one gives by hand.
  std::string code;
  if (figures.account->currency == Currency::of("EUR")) {
    const auto payload = payment_code(request);
    if (!payload) return payload.error();
    code = qr_svg(*payload, "Payment code for a banking app");
  }
  auto data = frame_data(site, "Give to " + site.config.platform_name);
  add_account(data, *figures.account);
  data.set("to", campaign.empty() ? site.config.platform_name : chosen->name);
  data.set("campaign", campaign);
  data.set("reference", in_groups_of_four(campaign));
  data.set("amount", request.amount ? to_display(*request.amount) : "");
  data.set("typed_amount", request.amount ? to_string(*request.amount) : "");
  data.set("amounts", amount_links(std::string(campaign)));
  data.set("currency", figures.account->currency.code());
  data.set("qr", code);
  return site.templates.render("support_give", data);
}

}  // namespace kindling
