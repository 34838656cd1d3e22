#pragma once
#include <string>
#include <string_view>

namespace hotswap::db::postgres {

/// SQL as the server prints it, in which arrays that are cast as a whole say their own type first:
/// `(ARRAY['a'::character varying])::text[]` becomes `(ARRAY['a'::character varying]::character varying[])::text[]`.
/// The server's parser hands a cast right behind ARRAY[…] down to the elements, so that what it has printed (for
/// `status IN ('a', 'b')`, say) comes back as another expression, and prints in another way; with the array's own type
/// in between it comes back as it was. An array whose type its elements don't show is left as it is.
std::string withTypedArrays(std::string_view sql);

}  // namespace hotswap::db::postgres
