#include "metrics.hpp"

#include <map>
#include <mutex>
#include <shared_mutex>
#include <tuple>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "http/server.hpp"

namespace kindling {

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests =
      prometheus::BuildCounter().Name("kindling_requests_total").Help("Requests by route and status").Register(registry);
  // The library finds a series by hashing its labels under a lock; a request finds its own here.
  std::shared_mutex mutex;
  std::map<std::tuple<std::string, std::string, int>, prometheus::Counter*, std::less<>> known;
  prometheus::Family<prometheus::Histogram>& seconds = prometheus::BuildHistogram()
                                                           .Name("kindling_request_seconds")
                                                           .Help("Time from the whole request to its answer")
                                                           .Register(registry);
  prometheus::Histogram& duration = seconds.Add({}, prometheus::Histogram::BucketBoundaries{
                                                        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1});
  prometheus::Gauge& position = prometheus::BuildGauge()
                                    .Name("kindling_ledger_position")
                                    .Help("Sealed entries")
                                    .Register(registry)
                                    .Add({});
  prometheus::Family<prometheus::Gauge>& connections =
      prometheus::BuildGauge().Name("kindling_connections").Help("Connections of clients").Register(registry);
  prometheus::Gauge& open = connections.Add({{"state", "open"}});
  prometheus::Gauge& refused = connections.Add({{"state", "refused"}});
  prometheus::Gauge& lost = connections.Add({{"state", "lost"}});
  prometheus::Gauge& draining = connections.Add({{"state", "draining"}});

  prometheus::Counter& counter(std::string_view method, std::string_view route, int status);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

prometheus::Counter& Metrics::Impl::counter(std::string_view method, std::string_view route, int status) {
  {
    const std::shared_lock lock(mutex);
    const auto found = known.find(std::tuple(method, route, status));
    if (found != known.end()) return *found->second;
  }
  auto& added = requests.Add(
      {{"method", std::string(method)}, {"route", std::string(route)}, {"status", std::to_string(status)}});
  const std::unique_lock lock(mutex);
  known.emplace(std::tuple(std::string(method), std::string(route), status), &added);
  return added;
}

void Metrics::count_request(std::string_view method, std::string_view route, int status, std::int64_t duration_us) {
  impl_->counter(method, route, status).Increment();
  impl_->duration.Observe(static_cast<double>(duration_us) / 1e6);
}

void Metrics::set_ledger_position(std::int64_t position) { impl_->position.Set(static_cast<double>(position)); }

std::string Metrics::text(const http::ServerFigures& server) const {
  impl_->open.Set(static_cast<double>(server.connections_open));
  impl_->refused.Set(static_cast<double>(server.connections_refused));
  impl_->lost.Set(static_cast<double>(server.connections_lost));
  impl_->draining.Set(static_cast<double>(server.responses_draining));
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace kindling
