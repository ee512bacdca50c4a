#include "funding/pipeline.hpp"

#include <map>

namespace kindling {

Money weighted(const PipelineGrant& grant) {
  return grant.amount ? share_of(*grant.amount, grant.probability) : Money{0, grant.currency};
}

Money cut_off(const PipelineGrant& grant) {
  return grant.amount && grant.probability >= kPipelineCutOff ? *grant.amount : Money{0, grant.currency};
}

Pipeline total_pipeline(std::vector<PipelineGrant> grants) {
  std::map<Currency, PipelineTotal> totals;
  for (const auto& grant : grants) {
    const Money zero{0, grant.currency};
    auto& total = totals.try_emplace(grant.currency, PipelineTotal{grant.currency, 0, 0, zero, zero, zero})
                      .first->second;
    total.grants += 1;
    total.without_amount += grant.amount ? 0 : 1;
    total.amount = total.amount + grant.amount.value_or(zero);
    total.weighted = total.weighted + weighted(grant);
    total.cut_off = total.cut_off + cut_off(grant);
  }
  Pipeline pipeline{.grants = std::move(grants), .totals = {}};
  for (auto& [currency, total] : totals) pipeline.totals.push_back(total);
  return pipeline;
}

}  // namespace kindling
