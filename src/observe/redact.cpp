#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "observe/log.h"

namespace hotswap::observe {

namespace {

constexpr std::string_view mask = "****";
constexpr std::size_t npos = std::string_view::npos;

bool isWordCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}
bool isBlank(char c) { return c == ' ' || c == '\t'; }
bool isLineBreak(char c) { return c == '\n' || c == '\r'; }
bool isSpace(char c) { return isBlank(c) || isLineBreak(c) || c == '\v' || c == '\f'; }
bool isQuote(char c) { return c == '"' || c == '\'' || c == '`'; }

enum class KeyKind {
  None,
  Token,     ///< secret, token, api key: what is assigned to it goes
  Password,  ///< also a literal that follows without a sign, as in `PASSWORD 'x'`
  Header,    ///< Authorization, Cookie: the rest of the line goes
};

KeyKind kindOf(std::string_view lowerKey) {
  static constexpr std::array passwords{std::string_view("password"), std::string_view("passwd"),
                                        std::string_view("passphrase"), std::string_view("passcode")};
  static constexpr std::array tokenEndings{
      std::string_view("token"),       std::string_view("apikey"),      std::string_view("api_key"),
      std::string_view("api-key"),     std::string_view("access_key"),  std::string_view("access-key"),
      std::string_view("accesskey"),   std::string_view("private_key"), std::string_view("private-key"),
      std::string_view("privatekey"),  std::string_view("master_key"),  std::string_view("master-key"),
      std::string_view("masterkey"),   std::string_view("signing_key"), std::string_view("encryption_key"),
      std::string_view("routing_key"), std::string_view("routing-key"), std::string_view("routingkey")};
  const auto contains = [&](std::string_view part) { return lowerKey.find(part) != npos; };
  const auto endsIn = [&](std::string_view part) { return lowerKey.ends_with(part); };
  if (std::ranges::any_of(passwords, contains) || endsIn("pwd") || lowerKey == "pass" || endsIn("_pass") ||
      endsIn("-pass") || endsIn(".pass")) {
    return KeyKind::Password;
  }
  if (endsIn("authorization") || endsIn("cookie")) return KeyKind::Header;
  if (contains("secret") || contains("credential") || std::ranges::any_of(tokenEndings, endsIn)) return KeyKind::Token;
  return KeyKind::None;
}

/// Three parts of base64url, the first a JSON object: a JSON Web Token wherever it stands.
bool isWebToken(std::string_view word) {
  return word.size() > 20 && word.starts_with("eyJ") && std::ranges::count(word, '.') >= 2;
}

/// Walks through the text once, copying it, and jumps over what it masks. A look ahead never goes over a stretch that a
/// later look ahead may go over again without bound, so the whole stays linear.
class Redactor {
 public:
  explicit Redactor(std::string_view text) : text_(text) {}

  std::string run() {
    result_.reserve(text_.size());
    while (at_ < text_.size()) {
      if (isWordCharacter(text_[at_])) {
        word();
      } else if (text_.substr(at_).starts_with("://")) {
        uri();
      } else {
        copyTo(at_ + 1);
      }
    }
    return std::move(result_);
  }

 private:
  /// How a key stands in the text; decides where an unquoted value ends.
  struct Key {
    std::size_t begin = 0;
    KeyKind kind = KeyKind::None;
    bool flag = false;    ///< `--password`
    bool quoted = false;  ///< `"password"`
    char sign = '=';      ///< `=` or `:`
  };

  void word() {
    const std::size_t begin = at_;
    std::size_t end = begin;
    while (end < text_.size() && isWordCharacter(text_[end])) ++end;
    const std::string_view spelled = text_.substr(begin, end - begin);
    if (isWebToken(spelled)) {
      maskTo(end);
      return;
    }
    copyTo(end);
    const std::string lower = toLower(spelled);
    const bool identifiedBy = lower == "by" && previousWord_ == "identified";
    previousWord_ = lower.size() <= 10 ? lower : std::string();
    if (lower == "bearer") {
      bearer();
    } else if (identifiedBy) {
      literalAfterKey();
    } else if (const KeyKind kind = kindOf(lower); kind != KeyKind::None) {
      key({.begin = begin, .kind = kind, .flag = lower.starts_with("--"), .quoted = false, .sign = '='});
    }
  }

  void bearer() {
    const std::size_t begin = skipBlanks(at_);
    if (begin == at_) return;
    copyTo(begin);
    maskTo(endOf([](char c) { return isSpace(c) || isQuote(c) || c == ',' || c == ';'; }));
  }

  void key(Key key) {
    std::size_t next = at_;
    while (next < text_.size() && text_[next] == '\\') ++next;
    if (next < text_.size() && isQuote(text_[next]) && key.begin > 0 && text_[key.begin - 1] == text_[next]) {
      key.quoted = true;
      ++next;
    } else {
      next = at_;
      if (next < text_.size() && text_[next] == ']') ++next;
    }
    const std::size_t afterKey = next;
    next = skipSpaces(next);
    const std::size_t length = signLength(next);
    if (length > 0) {
      key.sign = text_[next];
      next += length;
      const std::size_t first = skipSpaces(next);
      const bool literal = first < text_.size() && (isQuote(text_[first]) || text_[first] == '\\' ||
                                                    text_[first] == '{' || text_[first] == '[');
      // A value on the next line must be a quoted one: after `password:` alone, the next line is another matter.
      copyTo(literal ? first : skipBlanks(next));
      value(key);
    } else if (key.kind == KeyKind::Password && key.flag && next > afterKey && next < text_.size() &&
               text_[next] != '-') {
      copyTo(next);
      value(key);
    } else if (key.kind == KeyKind::Password && !key.quoted) {
      literalAfterKey();
    }
  }

  /// `PASSWORD 'x'`, `PASSWORD('x')`, `IDENTIFIED BY PASSWORD 'x'`.
  void literalAfterKey() {
    std::size_t next = skipSpaces(at_);
    if (next < text_.size() && text_[next] == '(') next = skipSpaces(next + 1);
    if (next == at_ && !beginsLiteralAtOnce(next)) return;
    if (const auto end = literalEnd(next, false)) {
      copyTo(next);
      maskLiteralTo(*end);
    }
  }

  /// `PASSWORD'x'` is good SQL; in `the password's length` and `"the password" is wrong` no literal begins.
  bool beginsLiteralAtOnce(std::size_t at) const {
    if (at >= text_.size() || text_[at] != '\'') return false;
    return text_.substr(at, 2) != "'s" || (at + 2 < text_.size() && isWordCharacter(text_[at + 2]));
  }

  void value(const Key& key) {
    while (at_ < text_.size() && text_[at_] == '(') copyTo(skipBlanks(at_ + 1));
    if (at_ >= text_.size()) return;
    if (const auto end = literalEnd(at_, key.quoted)) {
      maskLiteralTo(*end);
    } else if (text_[at_] == '{' || text_[at_] == '[') {
      maskTo(bracketEnd(at_));
    } else {
      maskTo(unquotedEnd(key));
    }
  }

  // NOLINTNEXTLINE(readability-function-cognitive-complexity)
  std::size_t unquotedEnd(const Key& key) {
    const auto lineEnd = [](char c) { return isLineBreak(c); };
    if (key.kind == KeyKind::Header) return endOf(lineEnd);
    if (key.quoted && key.sign == ':') {
      return endOf([](char c) { return isSpace(c) || c == ',' || c == '}' || c == ']'; });
    }
    const char before = characterBefore(key.begin);
    if (before == '?' || before == '&')
      return endOf([](char c) { return isSpace(c) || isQuote(c) || c == '&' || c == '#'; });
    if (before == ';') return endOf([](char c) { return isLineBreak(c) || c == ';'; });
    if (key.sign == ':' && key.kind == KeyKind::Password) return endOf(lineEnd);
    if (key.sign == '=') {
      // `Password=two words;Host=…`: such a value goes to the semicolon, if no other key comes first.
      const std::size_t stop = endOf([](char c) { return isLineBreak(c) || c == ';' || c == '='; });
      if (stop < text_.size() && text_[stop] == ';') return stop;
    }
    const std::size_t end = endOf([](char c) { return isSpace(c) || c == ';' || c == '('; });
    return end < text_.size() && text_[end] == '(' ? restOfWord(bracketEnd(end)) : end;
  }

  /// The end of the literal that begins at `begin`: quoted in one of the ways of SQL, JSON, libpq or a connection
  /// string; nothing where none begins there. A literal without an end takes the rest of the text.
  std::optional<std::size_t> literalEnd(std::size_t begin, bool json) const {
    std::size_t open = begin;
    while (open < text_.size() && text_[open] == '\\') ++open;
    if (open > begin && open < text_.size() && isQuote(text_[open])) {
      return escapedQuoteEnd(begin, open + 1 - begin);
    }
    open = begin + literalPrefix(begin);
    if (open >= text_.size()) return std::nullopt;
    if (text_[open] == '$') return dollarEnd(open);
    if (!isQuote(text_[open])) return std::nullopt;
    return restOfWord(quotedEnd(open, json));
  }

  /// The length of `E`, `N`, `X`, `B` or `U&` before a quote.
  std::size_t literalPrefix(std::size_t begin) const {
    const std::string_view rest = text_.substr(begin, 3);
    if (rest.size() >= 2 && rest[1] == '\'' && std::string_view("eEnNxXbB").find(rest[0]) != npos) return 1;
    if (rest.size() == 3 && rest[2] == '\'' && rest[1] == '&' && (rest[0] == 'u' || rest[0] == 'U')) return 2;
    return 0;
  }

  std::size_t quotedEnd(std::size_t open, bool json) const {
    const char quote = text_[open];
    bool doubtful = false;
    for (std::size_t i = open + 1; i < text_.size(); ++i) {
      const char next = i + 1 < text_.size() ? text_[i + 1] : '\0';
      if (text_[i] == '\\') {
        doubtful = doubtful || (next == quote && !json);
        ++i;
      } else if (text_[i] == quote && next == quote) {
        ++i;
      } else if (text_[i] == quote) {
        // After `\'` SQL and libpq disagree on where the literal ends; another quote further on may open a secret.
        if (doubtful && text_.find(quote, i + 1) != npos) return text_.size();
        return i + 1;
      }
    }
    return text_.size();
  }

  /// JSON inside of a JSON text: `\"…\"`, the same number of backslashes before both quotes.
  std::size_t escapedQuoteEnd(std::size_t begin, std::size_t length) const {
    const std::string_view delimiter = text_.substr(begin, length);
    std::size_t found = text_.find(delimiter, begin + length);
    while (found != npos && found > begin + length && text_[found - 1] == '\\')
      found = text_.find(delimiter, found + 1);
    return found == npos ? text_.size() : found + length;
  }

  /// `$$…$$` and `$tag$…$tag$`; nothing for `$1` and the like.
  std::optional<std::size_t> dollarEnd(std::size_t open) const {
    std::size_t tagEnd = open + 1;
    while (tagEnd < text_.size() && isWordCharacter(text_[tagEnd])) ++tagEnd;
    const bool startsWithDigit = open + 1 < text_.size() && text_[open + 1] >= '0' && text_[open + 1] <= '9';
    if (tagEnd >= text_.size() || text_[tagEnd] != '$' || startsWithDigit) return std::nullopt;
    const std::string_view tag = text_.substr(open, tagEnd + 1 - open);
    const std::size_t close = text_.find(tag, tagEnd + 1);
    return close == npos ? text_.size() : close + tag.size();
  }

  /// The end of a bracketed value: nested brackets and quoted texts belong to it, and `}}` in a connection string is a
  /// brace of the value.
  std::size_t bracketEnd(std::size_t open) const {
    int depth = 0;
    for (std::size_t i = open; i < text_.size(); ++i) {
      const char c = text_[i];
      if (isQuote(c)) {
        i = quotedEnd(i, true) - 1;
      } else if (c == '{' || c == '[' || c == '(') {
        ++depth;
      } else if ((c == '}' || c == ']' || c == ')') && --depth <= 0) {
        if (c != '}' || i + 1 >= text_.size() || text_[i + 1] != '}') return i + 1;
        ++i;
        depth = 1;
      }
    }
    return text_.size();
  }

  /// What hangs on a closing quote without a gap belongs to the value.
  std::size_t restOfWord(std::size_t end) const {
    while (end < text_.size() && !isSpace(text_[end]) && std::string_view(";,)}]&:\\").find(text_[end]) == npos) ++end;
    return end;
  }

  /// `scheme://user:password@host`. A password may hold `/`, `?` or `@` unescaped, so it is taken to go to the last
  /// `@` of the word.
  void uri() {
    const std::size_t begin = at_ + 3;
    copyTo(begin);
    if (begin < noAtSignBefore_) return;
    std::size_t end = begin;
    std::size_t colon = npos;
    std::size_t atSign = npos;
    for (; end < text_.size() && !isSpace(text_[end]) && std::string_view("\"<>").find(text_[end]) == npos; ++end) {
      if (text_[end] == '@') atSign = end;
      if (text_[end] == ':' && colon == npos) colon = end;
    }
    noAtSignBefore_ = end;
    if (atSign == npos || colon == npos || colon > atSign) return;
    copyTo(colon + 1);
    maskTo(atSign);
  }

  /// The length of a sign that gives or compares a value, 0 where there is none.
  std::size_t signLength(std::size_t at) const {
    static constexpr std::array signs{std::string_view("::"),  std::string_view("=>"),  std::string_view(":="),
                                      std::string_view("=="),  std::string_view("<>"),  std::string_view("!="),
                                      std::string_view("%3D"), std::string_view("%3d"), std::string_view("%3A"),
                                      std::string_view("%3a"), std::string_view("="),   std::string_view(":")};
    const std::string_view rest = text_.substr(std::min(at, text_.size()), 3);
    for (const std::string_view sign : signs) {
      if (rest.starts_with(sign)) return sign == "::" ? 0 : sign.size();  // `::` is a cast
    }
    return 0;
  }

  /// What stands before a key, over blanks, its opening quote and the first word of a key of two (`SSL Password`).
  char characterBefore(std::size_t begin) const {
    while (begin > 0 && (isBlank(text_[begin - 1]) || isQuote(text_[begin - 1]))) --begin;
    while (begin > 0 && isWordCharacter(text_[begin - 1])) --begin;
    while (begin > 0 && isBlank(text_[begin - 1])) --begin;
    return begin > 0 ? text_[begin - 1] : '\0';
  }

  template <class IsEnd>
  std::size_t endOf(IsEnd isEnd) const {
    const auto found = std::find_if(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.end(), isEnd);
    return static_cast<std::size_t>(found - text_.begin());
  }
  std::size_t skipBlanks(std::size_t at) const {
    while (at < text_.size() && isBlank(text_[at])) ++at;
    return at;
  }
  std::size_t skipSpaces(std::size_t at) const {
    while (at < text_.size() && isSpace(text_[at])) ++at;
    return at;
  }
  void copyTo(std::size_t end) {
    result_ += text_.substr(at_, end - at_);
    at_ = end;
  }
  void maskTo(std::size_t end) {
    if (end > at_) result_ += mask;
    at_ = std::max(at_, end);
  }
  /// Keeps the quotes where they are a pair, so that what was JSON stays JSON.
  void maskLiteralTo(std::size_t end) {
    std::size_t length = 0;
    while (at_ + length < end && text_[at_ + length] == '\\') ++length;
    const bool quoted = at_ + length < end && isQuote(text_[at_ + length]);
    const std::string_view delimiter = text_.substr(at_, quoted ? length + 1 : 0);
    const bool paired =
        end - at_ >= 2 * delimiter.size() && text_.substr(end - delimiter.size()).starts_with(delimiter);
    if (paired) result_ += delimiter;
    maskTo(end);
    if (paired) result_ += delimiter;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t noAtSignBefore_ = 0;
  std::string previousWord_;
  std::string result_;
};

}  // namespace

std::string redact(std::string_view text) { return Redactor(text).run(); }

}  // namespace hotswap::observe
