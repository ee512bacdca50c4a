#include "web/post.hpp"

#include "storage/database.hpp"
#include "web/page.hpp"

namespace kindling {
namespace {

struct Posted {
  Input input;
  int version = 0;
};

Result<Posted> read(const http::Request& request, Versioned versioned) {
  // A verb may need nothing more; what is put in place of something says it.
  const bool nothing = request.body.empty() && request.method == http::Method::kPost;
  auto input = nothing ? Result<Input>(Input(request.is_api())) : http::read_input(request);
  if (!input) return input.error();
  Posted posted{*std::move(input)};
  if (versioned == Versioned::kNo) return posted;
  const auto expected = expected_version(request, posted.input);
  if (!expected) return expected.error();
  posted.version = *expected;
  return posted;
}

}  // namespace

http::Response post_page(const Site& site, const http::Request& request, Versioned versioned, const PageWork& work,
                         const ShowAgain& show) {
  const auto posted = read(request, versioned);
  if (!posted) return error_page(site, posted.error(), request);
  return act(
      site, request,
      [&](Transaction& transaction) -> Result<http::Response> {
        const auto location = work(transaction, posted->input, posted->version);
        if (!location) return location.error();
        return http::see_other(*location);
      },
      [&](const Error& error) {
        return show == nullptr || error.kind == ErrorKind::kNotFound ? error_page(site, error, request)
                                                                     : show(posted->input, error);
      });
}

http::Response post_api(const Site& site, const http::Request& request, Versioned versioned, const ApiWork& work) {
  const auto posted = read(request, versioned);
  if (!posted) return http::problem(posted.error(), request);
  return act(site, request,
             [&](Transaction& transaction) { return work(transaction, posted->input, posted->version); });
}

}  // namespace kindling
