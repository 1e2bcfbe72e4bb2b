// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// Like Instadapp's: numbered accounts, and for each user a linked list of those that obey it.
contract InstaList {
    struct UserLink {
        uint64 first;
        uint64 last;
        uint64 count;
    }
    struct UserList {
        uint64 prev;
        uint64 next;
    }

    uint64 public accounts;
    mapping(address => uint64) public accountID;
    mapping(uint64 => address) public accountAddr;
    mapping(address => UserLink) public userLink;
    mapping(address => mapping(uint64 => UserList)) public userList;

    function add(address user, address account) external {
        if (accountID[account] == 0) {
            accountID[account] = ++accounts;
            accountAddr[accounts] = account;
        }
        uint64 id = accountID[account];
        UserLink storage link = userLink[user];
        if (link.last != 0) {
            userList[user][id].prev = link.last;
            userList[user][link.last].next = id;
        } else link.first = id;
        link.last = id;
        link.count++;
    }
}
