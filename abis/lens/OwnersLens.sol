// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {BoundedReader} from "./BoundedReader.sol";

/// The contract accounts that a registry lists for a wallet.
struct Owned {
    /// False: the registry did not tell, or what it told does not hold together.
    bool ok;
    /// Whether the wallet is an account of this registry itself.
    bool member;
    /// How many it lists; more than `accounts` where they were too many.
    uint256 listed;
    address[] accounts;
}

/// What stands at a wallet's address.
struct Kind {
    /// 0: no contract, or an ordinary account that borrows code (EIP-7702); 1: a contract; 2: a Safe; 3: a DSProxy.
    uint256 kind;
    /// Of a Safe.
    uint256 owners;
    uint256 threshold;
    /// Of a DSProxy.
    address owner;
}

/// Maker's `ProxyRegistry`.
interface ProxyRegistry {
    function proxies(address owner) external view returns (address);
}

/// Maker's `DSProxy`.
interface DsProxy {
    function owner() external view returns (address);
    function cache() external view returns (address);
}

/// Instadapp's `InstaList`: for each user a linked list of the accounts that obey it.
interface InstaList {
    function accountID(address account) external view returns (uint64);
    function accountAddr(uint64 id) external view returns (address);
    function userLink(address user) external view returns (uint64 first, uint64 last, uint64 count);
    function userList(address user, uint64 id) external view returns (uint64 previous, uint64 next);
}

interface Safe {
    function getOwners() external view returns (address[] memory);
    function getThreshold() external view returns (uint256);
}

/// Looks for the contract accounts that wallets own, and for what the wallets themselves are. Never deployed, never writes.
contract OwnersLens is BoundedReader {
    uint256 private constant REGISTRY_GAS = 100_000;
    uint256 private constant WALLET_GAS = 100_000;
    /// Anybody may open an account for anybody else: the list is read from its oldest end, so far.
    uint256 private constant MOST_ACCOUNTS = 16;
    uint256 private constant MOST_OWNERS = 100;

    /// DSProxies can be given away, and the registry does not learn of it: the proxy itself says whose it is.
    function proxies(address registry, address[] calldata wallets) external view returns (Owned[] memory owned) {
        if (registry.code.length == 0) revert Unreadable("code");
        owned = new Owned[](wallets.length);
        bool broken;
        for (uint256 i = 0; i < wallets.length && !broken; i++) {
            (bool ok, uint256 proxy) = _word(registry, REGISTRY_GAS, ProxyRegistry.proxies.selector, uint160(wallets[i]));
            // It may burn all gas it is given each time, so it is not asked again.
            broken = !ok;
            if (!ok || proxy >> 160 != 0) continue;
            uint256 owner;
            if (proxy != 0) (ok, owner) = _word(address(uint160(proxy)), WALLET_GAS, DsProxy.owner.selector, 0);
            if (!ok || owner >> 160 != 0) continue;
            owned[i].ok = true;
            if (proxy == 0 || address(uint160(owner)) != wallets[i]) continue;
            owned[i].listed = 1;
            owned[i].accounts = new address[](1);
            owned[i].accounts[0] = address(uint160(proxy));
        }
    }

    function listed(address list, address[] calldata wallets) external view returns (Owned[] memory owned) {
        if (list.code.length == 0) revert Unreadable("code");
        owned = new Owned[](wallets.length);
        for (uint256 i = 0; i < wallets.length; i++) if (!_walk(list, wallets[i], owned[i])) break;
    }

    /// False: the list failed to answer, and is not asked again.
    function _walk(address list, address wallet, Owned memory o) private view returns (bool ok) {
        uint256[] memory link = _many(list, REGISTRY_GAS, InstaList.userLink.selector, uint160(wallet), 3);
        if (link.length != 3) return false;
        o.listed = link[2];
        o.accounts = new address[](link[2] < MOST_ACCOUNTS ? link[2] : MOST_ACCOUNTS);
        uint256 id = link[0];
        uint256 word;
        for (uint256 i = 0; i < o.accounts.length; i++) {
            if (id == 0 || id > type(uint64).max) return true;
            (ok, word) = _word(list, REGISTRY_GAS, InstaList.accountAddr.selector, id);
            if (!ok) return false;
            if (word == 0 || word >> 160 != 0) return true;
            o.accounts[i] = address(uint160(word));
            (ok, id) = _next(list, wallet, id);
            if (!ok) return false;
        }
        if (_plain(wallet)) {
            o.ok = true;
            return true;
        }
        (ok, word) = _word(list, REGISTRY_GAS, InstaList.accountID.selector, uint160(wallet));
        (o.ok, o.member) = (ok, word != 0);
    }

    /// The second word of `userList`.
    function _next(address list, address wallet, uint256 id) private view returns (bool ok, uint256 next) {
        _enough(REGISTRY_GAS);
        bytes4 selector = InstaList.userList.selector;
        uint256 cap = REGISTRY_GAS;
        assembly {
            // Behind the end of used memory, which is left where it was.
            let input := mload(64)
            mstore(input, selector)
            mstore(add(input, 4), wallet)
            mstore(add(input, 36), id)
            ok := staticcall(cap, list, input, 68, 0, 64)
            if lt(returndatasize(), 64) {
                ok := 0
            }
            if ok {
                next := mload(32)
            }
        }
    }

    function kinds(address[] calldata wallets) external view returns (Kind[] memory found) {
        found = new Kind[](wallets.length);
        for (uint256 i = 0; i < wallets.length; i++) if (!_plain(wallets[i])) _kind(wallets[i], found[i]);
    }

    function _kind(address wallet, Kind memory k) private view {
        k.kind = 1;
        uint256[] memory owners = _many(wallet, WALLET_GAS, Safe.getOwners.selector, 0, 2 + MOST_OWNERS);
        (bool ok, uint256 word) = _word(wallet, WALLET_GAS, Safe.getThreshold.selector, 0);
        if (ok && owners.length > 2 && owners[0] == 32 && owners.length == 2 + owners[1] && word > 0 && word <= owners[1]) {
            (k.kind, k.owners, k.threshold) = (2, owners[1], word);
            return;
        }
        (ok, ) = _word(wallet, WALLET_GAS, DsProxy.cache.selector, 0);
        if (!ok) return;
        (ok, word) = _word(wallet, WALLET_GAS, DsProxy.owner.selector, 0);
        if (ok && word != 0 && word >> 160 == 0) (k.kind, k.owner) = (3, address(uint160(word)));
    }

    /// No contract: no code, or the designator of EIP-7702, which begins with a byte that no contract may begin with (EIP-3541).
    function _plain(address wallet) private view returns (bool) {
        if (wallet.code.length == 0) return true;
        uint256 first;
        assembly {
            mstore(0, 0)
            extcodecopy(wallet, 0, 0, 1)
            first := byte(0, mload(0))
        }
        return first == 0xef;
    }
}
