// What the platform tells everybody: the mark on a grant, and open data.
#pragma once

namespace kindling {

namespace http {
class Router;
}
struct Site;
class OpenDataShelf;

// /grants/{id}/publication, its JSON, and /open-data.
void add_publishing_routes(http::Router& router, const Site& site, const OpenDataShelf& shelf);

// Of the file behind it.
void add_open_data_routes(http::Router& router, const Site& site, const OpenDataShelf& shelf);

}  // namespace kindling
