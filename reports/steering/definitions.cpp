#include "reports/steering/definitions.hpp"

#include "reports/sheet/words.hpp"

namespace kindling {

using sheet::word;

std::span<const SteeringDefinition> steering_definitions() {
  static const SteeringDefinition kDefinitions[] = {
      {word("Cash"), word("What stands in the bank by the ledger. Awards, pledges, planned instalments and gifts in kind are never cash.")},
      {word("Free cash"), word("Cash of unrestricted funds, less what it prefinances for restricted funds that are below zero.")},
      {word("Restricted cash"), word("Cash of restricted funds, those below zero left out. Its share of all cash is the restricted ratio.")},
      {word("Whole months"), word("The last twelve calendar months that are over; of a younger platform those since its first entry.")},
      {word("Income and expenses"), word("By accounting date, reversals taken off. Gifts in kind and exchange differences are no cash and are left out.")},
      {word("Months of cash"), word("Free cash / (expenses of the last 12 whole months / 12). Below 3 is a warning.")},
      {word("Net burn"), word("Expenses less income a month, over the last 6 whole months.")},
      {word("Runway"), word("Cash / net burn, in months. Not limited where nothing burns.")},
      {word("Funding gap"), word("What the approved budget of the platform needs, less its planned sources x probability, by month and cumulated.")},
      {word("Secured"), word("Planned sources with a probability of 100 %.")},
      {word("First uncovered month"), word("The first month in which the cumulated need exceeds the cumulated sources.")},
      {word("Coverage of a quarter"), word("(free cash at its beginning + secured income) / planned cost. What a quarter leaves opens the next one.")},
      {word("Concentration"), word("Sum of the squared shares of income by source (HHI), from 1/N to 1. Diversification is 1 less it.")},
      {word("Dependency"), word("Income from the largest single organisation / all income.")},
      {word("Pipeline, weighted"), word("Requested amounts x probability of grants that do not run yet.")},
      {word("Pipeline, by cut-off"), word("Requested amounts in full where the probability is at least 75 %, else nothing.")},
      {word("Available"), word("Active budget less approved spending less open commitments; indirect costs included.")},
      {word("Promised"), word("What open contracts and orders reserve that no grant bears; no expense until their cost is approved.")},
      {word("Donor retention"), word("Donors of last year who gave again this year / donors of last year. Who is merged counts as one.")},
      {word("LYBUNT and SYBUNT"), word("Donors who gave last year but not this one; donors who gave in some year but not this one.")},
      {word("Risk score"), word("Likelihood (1 to 5) x impact (1 to 5): 15 and more is high, 8 and more medium.")},
  };
  return kDefinitions;
}

}  // namespace kindling
