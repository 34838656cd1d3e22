#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hotswap::db::sqlite {

/// A piece of SQL text that is neither white space nor comment.
struct Token {
  enum class Kind {
    End,         ///< behind the last one; its text is empty
    Word,        ///< keyword or bare name
    QuotedName,  ///< "…", […] or `…`
    String,      ///< '…'
    Blob,        ///< x'…'
    Number,
    Variable,  ///< ?1, :name, @name, $name
    Semicolon,
    Operator,  ///< also brackets, comma and point
    Illegal,   ///< what SQLite reads as no token at all, e.g. a string without an end
  } kind = Kind::End;
  std::string_view text;   ///< as written
  std::size_t offset = 0;  ///< of its first byte in the text given to Lexer

  /// Whether it is that keyword or operator (in capitals), whatever its case and without quotes.
  [[nodiscard]] bool is(std::string_view upperCase) const;
  /// Whether it can be a name where the grammar wants one; SQLite takes strings too.
  [[nodiscard]] bool isName() const { return kind == Kind::Word || kind == Kind::QuotedName || kind == Kind::String; }
};

/// Reads SQL token by token, as SQLite's own tokenizer divides it (tokenize.c of SQLite 3.40). Any text can be read,
/// each byte is looked at a fixed number of times. Copying one is cheap and a way to look ahead. Looks at the text,
/// which must outlive it.
class Lexer {
 public:
  /// Puts the comments it passes over into `comments`, where that is given.
  explicit Lexer(std::string_view text, std::size_t from = 0, std::vector<std::string_view>* comments = nullptr)
      : text_(text), at_(from), comments_(comments) {
    advance();
  }

  [[nodiscard]] const Token& peek() const { return current_; }
  /// The present token; goes on to the next one.
  Token take();
  /// Goes on where the present token is that keyword or operator; says whether it was.
  bool takeIf(std::string_view upperCase);
  [[nodiscard]] bool atEnd() const { return current_.kind == Token::Kind::End; }

 private:
  void advance();
  void skipBlanks();
  [[nodiscard]] char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
  Token::Kind measure(std::size_t& end) const;
  Token::Kind quoted(char closing, Token::Kind kind, std::size_t& end) const;
  Token::Kind number(std::size_t& end) const;
  Token::Kind variable(std::size_t& end) const;

  std::string_view text_;
  std::size_t at_;
  std::vector<std::string_view>* comments_;
  Token current_;
};

/// The name that a token stands for: quotes taken off, doubled ones inside made single.
std::string nameOf(const Token& token);

/// A name as an identifier of SQL: bare where that is safe, else in double quotes. Equal names give equal texts.
std::string identifier(std::string_view name);

/// Whether SQLite has a keyword like that, in any case.
bool isKeyword(std::string_view word);

std::string toUpper(std::string_view text);
/// Whether two names are the same to SQLite, which folds the case of ASCII letters alone.
bool sameName(std::string_view a, std::string_view b);

}  // namespace hotswap::db::sqlite
