#include "net/response_text.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace portreeve::net {
namespace {

constexpr std::size_t kHeadRoom = 256;

std::string_view reason_phrase(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 204:
      return "No Content";
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Other";
  }
}

void append_field(std::string& text, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  text += name;
  text += ": ";
  for (const char c : value) {
    if (static_cast<unsigned char>(c) >= ' ' && c != '\x7f') text += c;
  }
  text += "\r\n";
}

}  // namespace

std::string response_text(const HttpResponse& response, bool close, bool with_body,
                          std::string_view date) {
  const unsigned status = response.status;
  const bool sendable = status >= 200 && status <= 599 && (status < 300 || status >= 400);
  const std::string_view body = sendable ? std::string_view(response.body) : std::string_view();
  std::string text;
  text.reserve(kHeadRoom + body.size());
  text += "HTTP/1.1 ";
  text += std::to_string(sendable ? status : 500);
  text += ' ';
  text += reason_phrase(sendable ? status : 500);
  text += "\r\n";
  append_field(text, "Date", date);
  if (!body.empty()) append_field(text, "Content-Type", response.content_type);
  // RFC 9110 §8.6: none with 204.
  if (status != 204) append_field(text, "Content-Length", std::to_string(body.size()));
  if (response.retry_after_s > 0) append_field(text, "Retry-After", "1");
  append_field(text, "Allow", response.allow);
  if (close) append_field(text, "Connection", "close");
  text += "\r\n";
  if (with_body && status != 204) text += body;
  return text;
}

std::string http_date(std::time_t time) {
  // Not strftime: its names depend on the locale.
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02d %s %04d %02d:%02d:%02d GMT",
                kDays[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
                kMonths[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900,
                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

}  // namespace portreeve::net
