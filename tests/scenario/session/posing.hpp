// A server that was taken over makes somebody pose as somebody else.
#pragma once

#include "identity/keys.hpp"
#include "scenario/person.hpp"

namespace p2pc::testing {

// From now on eve logs in as that device of the account, with her own device's key.
inline void pose_as(Person& eve, const Account& account, const model::DeviceId& device, Bytes signed_list) {
    auto login =
        home::Login::make(*model::ServerUrl::parse("memory://server:9876"), eve.world.founding_key,
                          account.user, identity::public_key(account.key), device, std::move(signed_list));
    REQUIRE(login);
    auto key = crypto::SigningKey{eve.self->device_key().seed()};
    eve.self = std::make_unique<peer::Self>(std::move(*login), std::move(key));
}

// bob's name belongs to eve from now on, as the server has it: a device list that an account key of hers
// signs.
inline void give_bobs_name_to(Person& eve) {
    auto& world = eve.world;
    Account false_bob(world.random, "bob");
    const identity::Device device{model::DeviceId{world.random.array<16>()}, *model::DeviceName::parse("box"),
                                  identity::public_key(eve.self->device_key())};
    false_bob.list = *identity::DeviceList::make(false_bob.user, world.founding_key, 9, {device});
    world.lie(world.told_of(false_bob));
    pose_as(eve, false_bob, device.id, false_bob.list->sign(false_bob.key));
}

}  // namespace p2pc::testing
