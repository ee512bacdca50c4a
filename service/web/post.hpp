// The usual write: a page's form or a JSON body, read and acted on in one go. act.hpp has what is behind it.
#pragma once

#include <functional>
#include <string>

#include "core/input.hpp"
#include "core/result.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "web/act.hpp"
#include "web/site.hpp"

namespace kindling {

// Whether the client says which version it changes, by If-Match or the form's hidden field; work is told 0 where not.
enum class Versioned { kNo, kYes };

// Reads the body, which a POST may leave empty, and runs `work` in one act. A page is sent on to the address that `work` gives;
// refused, `show` shows it again with what was typed (an error page where it is nullptr or the thing is not found).
using PageWork = std::function<Result<std::string>(Transaction&, const Input&, int version)>;
using ShowAgain = std::function<http::Response(const Input&, const Error&)>;
http::Response post_page(const Site& site, const http::Request& request, Versioned versioned, const PageWork& work,
                         const ShowAgain& show);
using ApiWork = std::function<Result<http::Response>(Transaction&, const Input&, int version)>;
http::Response post_api(const Site& site, const http::Request& request, Versioned versioned, const ApiWork& work);

}  // namespace kindling
