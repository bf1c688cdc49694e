#include "identity/invite_terms.hpp"

namespace p2pc::identity {

CpaceTerms invite_terms(const InviteCode& code, const InviteMeeting& meeting) {
    Bytes channel = lv_cat({as_bytes("p2pc/invite/v1"), meeting.founding_key.view(),
                            as_bytes(meeting.enters.user.text()), meeting.enters.account_key.view(),
                            as_bytes(meeting.waits.user.text()), meeting.waits.account_key.view()});
    Bytes session;
    append(session, meeting.session.view());
    append(session, meeting.link_name);
    return CpaceTerms{code.secret(), std::move(channel), std::move(session)};
}

Bytes invite_role(Cpace::Role role) {
    const auto word = as_bytes(role == Cpace::Role::initiator ? "enters" : "waits");
    return {word.begin(), word.end()};
}

}  // namespace p2pc::identity
