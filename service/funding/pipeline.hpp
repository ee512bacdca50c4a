// The pipeline: what may come in from grants that do not run yet, weighted by how likely it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/date.hpp"
#include "core/money.hpp"
#include "funding/grant_state.hpp"

namespace kindling {

class Session;

// From this probability on, the cut-off variant counts a grant in full (and below it not at all).
inline constexpr Percent kPipelineCutOff{7500};

struct PipelineGrant {
  std::int64_t id;
  std::string title;
  std::int64_t funder_id;
  std::string funder_name;
  GrantState state;
  Date starts_on;
  std::optional<Money> amount;  // requested, or awarded where that is settled; nullopt: not known yet
  Percent probability;
  Currency currency;
};

// amount x probability, rounded once, half away from zero; zero where the amount is not known.
Money weighted(const PipelineGrant& grant);
Money cut_off(const PipelineGrant& grant);

// Sums of one currency; mixed currencies are never added.
struct PipelineTotal {
  Currency currency;
  int grants = 0;
  int without_amount = 0;
  Money amount;
  Money weighted;
  Money cut_off;
};
struct Pipeline {
  std::vector<PipelineGrant> grants;  // by expected start
  std::vector<PipelineTotal> totals;  // by currency's code
};

Pipeline total_pipeline(std::vector<PipelineGrant> grants);

// Grants that are prospect, drafting, applied or awarded, by expected start. One query.
Pipeline read_pipeline(Session& session);

}  // namespace kindling
