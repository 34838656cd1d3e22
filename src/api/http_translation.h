#pragma once
#include <boost/beast/http/fields.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/system/error_code.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "api/http.h"

namespace hotswap::api {

// Between Beast's messages and ours.

using RequestHead = boost::beast::http::request_header<>;

/// Takes over method, target and headers.
void readHead(const RequestHead& head, Request& request);
/// What makes a well-formed header unacceptable, nothing where nothing does: no host, or a transfer coding that would
/// let two servers disagree on where the request ends.
std::optional<std::string> headTrouble(const RequestHead& head);
/// Whether a line of the header goes on from the one before (`obs-fold`), which no two servers read alike; `head` as it
/// came, up to its empty line.
bool hasFoldedLine(std::string_view head);
bool expectsContinue(const RequestHead& head);
/// Whether a failed read means a broken request, which deserves an answer, and not a broken connection.
bool isClientsFault(const boost::system::error_code& problem);
/// How the client learns where an answer's body ends.
enum class BodyEnd { AfterItsLength, AfterItsChunks, WithTheConnection };
/// Status line and headers of an answer, as they go over the line; the length is that of `response.body`.
std::string headText(const Response& response, unsigned version, BodyEnd end, bool keepAlive);

}  // namespace hotswap::api
