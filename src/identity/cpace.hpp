// Cpace: two people who share a few digits come to one strong key, and whoever guesses has one guess a run.
//
// draft-irtf-cfrg-cpace-21, suite CPACE-RISTR255-SHA512, with an initiator and a responder, and its key
// confirmation (sections 7, 8.3 and 10.4). What crosses the wire tells nobody anything about the digits. One
// run an object, one thread.
#pragma once

#include <initializer_list>
#include <p2pc/base/result.hpp>

#include "crypto/random.hpp"
#include "crypto/secret.hpp"

namespace p2pc::identity {

// What both sides must agree on for the run to succeed, in the words of the draft.
struct CpaceTerms {
    CpaceTerms(BytesView prs, Bytes ci, Bytes session)
        : password(prs), channel(std::move(ci)), sid(std::move(session)) {}
    BytesView password;  // PRS; must live as long as the terms
    Bytes channel;       // CI: who talks to whom, the initiator first
    Bytes sid;           // this run and no other
};

using CpaceShare = ByteArray<32>;
using CpaceProof = ByteArray<64>;

// Ya and ADa, or Yb and ADb.
struct CpaceMessage {
    CpaceMessage(const CpaceShare& y, Bytes ad) : share(y), data(std::move(ad)) {}
    CpaceShare share;
    Bytes data;
};

class Cpace {
  public:
    enum class Role : std::uint8_t { initiator, responder };

    // `data` is this side's associated data.
    Cpace(Role role, const CpaceTerms& terms, Bytes data, crypto::Random& random);

    // Y: to be sent.
    const CpaceShare& share() const noexcept { return mine_.share; }

    // What this side sends to prove that it has the key, and what the other will send if it has.
    class Proofs {
      public:
        Proofs(const CpaceProof& own, crypto::SecretBytes<64> expected)
            : mine(own), theirs_(std::move(expected)) {}
        CpaceProof mine;
        bool proves(BytesView theirs) const noexcept { return crypto::same_secret(theirs_.view(), theirs); }

      private:
        crypto::SecretBytes<64> theirs_;
    };
    //   Errc::malformed   their share is no point of the group, or the identity
    Result<Proofs> meet(const CpaceMessage& theirs) const;

    // ISK; meet() is all that a caller needs.
    Result<crypto::SecretBytes<64>> session_key(const CpaceMessage& theirs) const;

  private:
    Role role_;
    Bytes sid_;
    crypto::SecretBytes<32> scalar_;
    CpaceMessage mine_;
};

// Its parts, for the draft's test vectors.
Bytes lv_cat(std::initializer_list<BytesView> fields);
Bytes cpace_generator_string(const CpaceTerms& terms);
crypto::SecretBytes<32> cpace_generator(const CpaceTerms& terms);

}  // namespace p2pc::identity
